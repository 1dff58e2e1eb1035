/** Samples of times and their statistics, and what the machine is and does meanwhile. */
module org.clipjava.measure {
    // A photo to measure with is made and compressed by ImageIO.
    requires java.desktop;
    requires jdk.management;
    requires static org.jspecify;

    exports org.clipjava.measure;
}
