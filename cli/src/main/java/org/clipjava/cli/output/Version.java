package org.clipjava.cli.output;

/** Which clip this is. */
public final class Version {
    private Version() {}

    /** The jar's version, or that there is none. */
    public static String ofJar() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }
}
