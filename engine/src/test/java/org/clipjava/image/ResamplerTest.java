package org.clipjava.image;

class ResamplerTest extends ResamplerContract {
    ResamplerTest() {
        super((columns, most, bytes) -> new ScalarHorizontalPass(columns, most));
    }
}
