/** Finds pictures by words and by pictures, in an index on disk. */
@SuppressWarnings("requires-automatic") // metadata-extractor is of before modules; no type of it is in the API
module org.clipjava.index {
    requires transitive org.clipjava.engine;
    requires org.clipjava.eval;
    requires org.apache.lucene.core;
    requires metadata.extractor;
    requires static org.jspecify;

    exports org.clipjava.index;
}
