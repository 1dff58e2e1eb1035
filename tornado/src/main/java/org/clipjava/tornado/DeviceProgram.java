package org.clipjava.tornado;

import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/**
 * One task graph, compiled at its first run, on TornadoVM's default device. Arrays that are neither constants nor inputs are
 * made on the device and stay there.
 */
final class DeviceProgram implements Program {
    /** TornadoVM is one for the process; that its parts may run at the same time is not written anywhere. */
    private static final Lock RUNTIME = new ReentrantLock();

    private final TaskGraph graph;
    private Optional<TornadoExecutionPlan> plan = Optional.empty();

    /**
     * A program without tasks.
     *
     * @param name letters and digits
     */
    DeviceProgram(String name) {
        this.graph = new TaskGraph(name);
    }

    @Override
    public void constants(Object... arrays) {
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, arrays);
    }

    @Override
    public void inputs(Object... arrays) {
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays);
    }

    @Override
    public void results(Object... arrays) {
        graph.transferToHost(DataTransferMode.EVERY_EXECUTION, arrays);
    }

    @Override
    public <A, B, C, D> void task(String name, Task4<A, B, C, D> kernel, A a, B b, C c, D d) {
        graph.task(name, kernel, a, b, c, d);
    }

    @Override
    public <A, B, C, D, E> void task(String name, Task5<A, B, C, D, E> kernel, A a, B b, C c, D d, E e) {
        graph.task(name, kernel, a, b, c, d, e);
    }

    @Override
    public <A, B, C, D, E, F> void task(String name, Task6<A, B, C, D, E, F> kernel, A a, B b, C c, D d, E e, F f) {
        graph.task(name, kernel, a, b, c, d, e, f);
    }

    @Override
    public <A, B, C, D, E, F, G, H> void task(
            String name, Task8<A, B, C, D, E, F, G, H> kernel, A a, B b, C c, D d, E e, F f, G g, H h) {
        graph.task(name, kernel, a, b, c, d, e, f, g, h);
    }

    @Override
    public <A, B, C, D, E, F, G, H, I> void task(
            String name, Task9<A, B, C, D, E, F, G, H, I> kernel, A a, B b, C c, D d, E e, F f, G g, H h, I i) {
        graph.task(name, kernel, a, b, c, d, e, f, g, h, i);
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
        graph.task(name, kernel, a, b, c, d, e, f, g, h, i, j);
    }

    @Override
    @SuppressWarnings("resource") // closed by close
    public void run() {
        RUNTIME.lock();
        try {
            if (plan.isEmpty()) {
                plan = Optional.of(new TornadoExecutionPlan(graph.snapshot()));
            }
            plan.get().execute();
        } finally {
            RUNTIME.unlock();
        }
    }

    @Override
    public void close() {
        RUNTIME.lock();
        try {
            if (plan.isPresent()) {
                plan.get().close();
                plan = Optional.empty();
            }
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("TornadoVM can't free the device's memory: " + e.getMessage(), e);
        } finally {
            RUNTIME.unlock();
        }
    }
}
