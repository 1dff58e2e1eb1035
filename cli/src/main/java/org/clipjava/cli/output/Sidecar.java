package org.clipjava.cli.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.clipjava.io.AtomicFile;
import org.clipjava.io.Shown;

/** Labels in an XMP file beside a picture, {@code photo.jpg.xmp}, as programs for photographs read them. */
public final class Sidecar {
    private static final String TOOLKIT = "x:xmptk=\"clip-java\"";

    private Sidecar() {}

    /**
     * Writes the labels, in the place of those that were written before.
     *
     * @return whether they were written: the file of another program is left alone
     */
    public static boolean write(Path picture, List<String> labels) throws IOException {
        Path file = picture.resolveSibling(picture.getFileName() + ".xmp");
        if (Files.exists(file) && !Files.readString(file).contains(TOOLKIT)) {
            return false;
        }
        try (AtomicFile whole = AtomicFile.begin(file)) {
            Files.writeString(whole.path(), xmp(labels), StandardCharsets.UTF_8);
            whole.commit();
        }
        return true;
    }

    private static String xmp(List<String> labels) {
        String items = labels.stream()
                .map(label -> "     <rdf:li>" + escaped(label) + "</rdf:li>\n")
                .collect(Collectors.joining());
        return """
                <?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
                <x:xmpmeta xmlns:x="adobe:ns:meta/" %s>
                 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
                   <dc:subject>
                    <rdf:Bag>
                %s    </rdf:Bag>
                   </dc:subject>
                  </rdf:Description>
                 </rdf:RDF>
                </x:xmpmeta>
                <?xpacket end="w"?>
                """.formatted(TOOLKIT, items);
    }

    private static String escaped(String label) {
        return Shown.escaped(label).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
