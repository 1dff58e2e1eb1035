package org.clipjava.examples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Labels the pictures it is sent, and finds them by words. */
@SpringBootApplication
public class PicturesApplication {
    /** For Spring. */
    public PicturesApplication() {}

    /** Starts it. */
    public static void main(String[] args) {
        SpringApplication.run(PicturesApplication.class, args);
    }
}
