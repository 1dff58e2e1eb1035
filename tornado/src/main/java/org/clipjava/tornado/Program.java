package org.clipjava.tornado;

import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;

/**
 * Kernels with their arguments, written down once in their order and then run any number of times: on a device, or as plain
 * Java. Not thread-safe.
 */
sealed interface Program extends AutoCloseable permits DeviceProgram, PlainProgram {
    /** What goes in once, before the first run. */
    void constants(Object... arrays);

    /** What goes in before every run. */
    void inputs(Object... arrays);

    /** What comes out after every run. */
    void results(Object... arrays);

    <A, B, C, D> void task(String name, Task4<A, B, C, D> kernel, A a, B b, C c, D d);

    <A, B, C, D, E> void task(String name, Task5<A, B, C, D, E> kernel, A a, B b, C c, D d, E e);

    <A, B, C, D, E, F> void task(String name, Task6<A, B, C, D, E, F> kernel, A a, B b, C c, D d, E e, F f);

    <A, B, C, D, E, F, G, H> void task(
            String name, Task8<A, B, C, D, E, F, G, H> kernel, A a, B b, C c, D d, E e, F f, G g, H h);

    <A, B, C, D, E, F, G, H, I> void task(
            String name, Task9<A, B, C, D, E, F, G, H, I> kernel, A a, B b, C c, D d, E e, F f, G g, H h, I i);

    <A, B, C, D, E, F, G, H, I, J> void task(
            String name, Task10<A, B, C, D, E, F, G, H, I, J> kernel, A a, B b, C c, D d, E e, F f, G g, H h, I i, J j);

    /** Runs all of it; to be called when all is written down. */
    void run();

    /** Gives back what the device holds. */
    @Override
    void close();
}
