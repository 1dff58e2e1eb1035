/** An application that brings its own Java, made by jlink. */
module example {
    requires org.clipjava.engine;
}
