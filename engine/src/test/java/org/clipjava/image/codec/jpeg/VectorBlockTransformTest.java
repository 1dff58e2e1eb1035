package org.clipjava.image.codec.jpeg;

/** Runs once for each vector width that the machine has: the build repeats it with -XX:MaxVectorSize. */
class VectorBlockTransformTest extends BlockTransformContract {
    VectorBlockTransformTest() {
        super(new VectorBlockTransform());
    }
}
