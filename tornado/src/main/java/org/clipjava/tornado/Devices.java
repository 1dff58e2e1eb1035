package org.clipjava.tornado;

import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** What TornadoVM can run on. Apart from {@link org.clipjava.tornado.TornadoBackend}, which must load without TornadoVM. */
final class Devices {
    private Devices() {}

    /** For people; the default device is the first. */
    static List<String> all() {
        TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
        List<String> devices = new ArrayList<>();
        for (int i = 0; i < runtime.getNumBackends(); i++) {
            TornadoBackend backend = runtime.getBackend(i);
            for (int j = 0; j < backend.getNumDevices(); j++) {
                devices.add(description(backend.getDevice(j)));
            }
        }
        return devices;
    }

    private static String description(TornadoDevice device) {
        return device.getPhysicalDevice().getDeviceName() + " (" + device.getTornadoVMBackend() + ", "
                + device.getPlatformName() + ", " + (device.getMaxGlobalMemory() >> 20) + " MiB)";
    }
}
