package org.clipjava.tornado;

import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;

/** Calls the kernels as the Java methods that they are, for which TornadoVM's API is enough: what tests hold a device against. */
final class PlainProgram implements Program {
    private final List<Runnable> tasks = new ArrayList<>();

    @Override
    public void constants(Object... arrays) {
        // a kernel in this process sees them where they are; so it does inputs and results
    }

    @Override
    public void inputs(Object... arrays) {}

    @Override
    public void results(Object... arrays) {}

    @Override
    public <A, B, C, D> void task(String name, Task4<A, B, C, D> kernel, A a, B b, C c, D d) {
        tasks.add(() -> kernel.apply(a, b, c, d));
    }

    @Override
    public <A, B, C, D, E> void task(String name, Task5<A, B, C, D, E> kernel, A a, B b, C c, D d, E e) {
        tasks.add(() -> kernel.apply(a, b, c, d, e));
    }

    @Override
    public <A, B, C, D, E, F> void task(String name, Task6<A, B, C, D, E, F> kernel, A a, B b, C c, D d, E e, F f) {
        tasks.add(() -> kernel.apply(a, b, c, d, e, f));
    }

    @Override
    public <A, B, C, D, E, F, G, H> void task(
            String name, Task8<A, B, C, D, E, F, G, H> kernel, A a, B b, C c, D d, E e, F f, G g, H h) {
        tasks.add(() -> kernel.apply(a, b, c, d, e, f, g, h));
    }

    @Override
    public <A, B, C, D, E, F, G, H, I> void task(
            String name, Task9<A, B, C, D, E, F, G, H, I> kernel, A a, B b, C c, D d, E e, F f, G g, H h, I i) {
        tasks.add(() -> kernel.apply(a, b, c, d, e, f, g, h, i));
    }

    @Override
    public <A, B, C, D, E, F, G, H, I, J> void task(
            String name,
            Task10<A, B, C, D, E, F, G, H, I, J> kernel,
            A a,
            B b,
            C c,
            D d,
            E e,
            F f,
            G g,
            H h,
            I i,
            J j) {
        tasks.add(() -> kernel.apply(a, b, c, d, e, f, g, h, i, j));
    }

    @Override
    public void run() {
        tasks.forEach(Runnable::run);
    }

    @Override
    public void close() {}
}
