/** Measures a model on labelled pictures, and fits classifiers to them. */
@SuppressWarnings("requires-automatic") // commons-math3 is of before modules; no type of it is in the API
module org.clipjava.eval {
    requires transitive org.clipjava.engine;
    requires transitive com.google.gson;
    // Thumbnails of a report are compressed by ImageIO.
    requires java.desktop;
    // Pascal VOC's boxes.
    requires java.xml;
    requires commons.math3;
    requires static org.jspecify;

    exports org.clipjava.eval;
    exports org.clipjava.eval.fit;
    exports org.clipjava.eval.locate;
    exports org.clipjava.eval.metrics;
    exports org.clipjava.eval.report;
}
