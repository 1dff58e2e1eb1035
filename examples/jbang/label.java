///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS org.clipjava:clip-engine:0.1.0
//DEPS org.clipjava:clip-model-pictogram:0.1.0
//RUNTIME_OPTIONS --add-modules=jdk.incubator.vector

import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;

/** {@code jbang label.java photo.png cat dog snail} */
void main(String... args) throws Exception {
    try (Clip clip = ClipModels.load("pictogram")) {
        var picture = ImageDecoder.standard().decode(Path.of(args[0]));
        IO.println(ZeroShotClassifier.of(clip, List.of(args).subList(1, args.length)).classify(picture).best().label());
    }
}
