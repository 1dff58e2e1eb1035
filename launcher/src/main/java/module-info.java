/** The first class that a JVM meets in clip.jar: it finds a fitting JDK and continues there. */
module org.clipjava.launcher {
    requires java.management;
    requires static org.jspecify;
}
