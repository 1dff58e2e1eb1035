package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clipjava.cli.commands.ClassifyCommand;
import org.clipjava.cli.commands.EmbedCommand;
import org.junit.jupiter.api.Test;

class ClipCommandTest {
    @Test
    void readsNoMoreCommandsThanTheArgumentsName() {
        assertEquals(List.of(ClassifyCommand.class), ClipCommand.commands("classify", "--labels", "embed", "x"));
        assertEquals(List.of(EmbedCommand.class), ClipCommand.commands("--debug", "--threads", "2", "embed", "text"));
        assertEquals(List.of(EmbedCommand.class), ClipCommand.commands("--threads=2", "embed"));
    }

    @Test
    void readsAllWhereNoneIsNamed() {
        assertTrue(ClipCommand.commands().size() > 10);
        assertTrue(ClipCommand.commands("--help").size() > 10);
        assertTrue(ClipCommand.commands("clasify", "embed").size() > 10, "to say which there are");
    }
}
