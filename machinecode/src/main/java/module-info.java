import org.clipjava.kernel.DotProducts;
import org.clipjava.machinecode.MachineCodeProvider;

/** Multiplies in machine code that Java assembles at run time; found by the engine as a service, and used only where it is asked for. */
module org.clipjava.machinecode {
    requires org.clipjava.engine;
    // Annotations for compilers; nothing reads them at run time.
    requires static org.jspecify;

    provides DotProducts.Provider with
            MachineCodeProvider;
}
