/** The model of pictograms, for {@code ClipModels.load("pictogram")}. */
module org.clipjava.pictogram {
    requires transitive org.clipjava.engine;
    requires static org.jspecify;

    exports org.clipjava.pictogram;

    provides org.clipjava.PackagedModel with
            org.clipjava.pictogram.PictogramModel;
}
