package org.clipjava.image.codec.jpeg;

class ScalarBlockTransformTest extends BlockTransformContract {
    ScalarBlockTransformTest() {
        super(new ScalarBlockTransform());
    }
}
