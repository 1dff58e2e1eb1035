/** The command line of clip.jar. No library: it exports nothing. */
module org.clipjava.cli {
    requires org.clipjava.engine;
    requires org.clipjava.convert;
    requires org.clipjava.hub;
    requires org.clipjava.models;
    requires org.clipjava.eval;
    requires org.clipjava.index;
    requires org.clipjava.measure;
    requires org.clipjava.server;
    requires com.google.gson;
    requires info.picocli;
    requires java.desktop;
    requires java.logging;
    requires jdk.management;
    requires static org.jspecify;

    // picocli sets the fields of commands and options
    opens org.clipjava.cli to
            info.picocli;
    opens org.clipjava.cli.commands to
            info.picocli;
    opens org.clipjava.cli.options to
            info.picocli;
    opens org.clipjava.cli.input to
            info.picocli;
    opens org.clipjava.cli.output to
            info.picocli;
}
