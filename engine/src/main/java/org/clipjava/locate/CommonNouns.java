package org.clipjava.locate;

import java.util.List;

/** Words for things that can be seen; most of them are in no given picture. */
final class CommonNouns {
    static final List<String> ALL = List.of(
            ("airplane anchor angel ant apple arrow baby backpack bag ball balloon barrel basket bed bee beer belt "
                            + "bench bicycle boat bone book boot bottle bowl box bread bridge broom brush bucket building bus "
                            + "butterfly button cake calendar camera candle candy car carrot castle cat chair cheese chicken clock "
                            + "cloud coat coffee coin corn cow crab crown cup deer dog dolphin drum duck egg elephant envelope eye "
                            + "face feather fence fish flag flower foot fork fox frog fruit garden ghost gift glass glove grapes "
                            + "grass hammer hand hat heart helmet horse house ice insect jar key kite knife ladder lamp leaf lemon "
                            + "letter lion lock map mask meat milk mirror monkey moon mountain mouse mushroom nail needle nest "
                            + "newspaper nose onion orange owl paint pan paper pear pen penguin person phone piano picture pig "
                            + "pillow pipe pizza plate pot potato rabbit radio rain river road robot rock rocket roof rope sandwich "
                            + "saw scissors screen sheep shell shirt shoe sign snake snow sock sofa soup spider spoon stairs star "
                            + "statue stone strawberry suitcase sun swan sword table tent tiger tomato tool tooth towel toy tree "
                            + "truck vase wall wave wheel whistle wine wolf")
                    .split(" "));

    private CommonNouns() {}
}
