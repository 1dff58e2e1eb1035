package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "license: mit|mit",
                "license: \"apache-2.0\"|apache-2.0",
                "license: 'mit'  # as OpenAI's|mit",
                "tags:\\n- vision\\nlicense: cc-by-4.0\\nwidget:\\n- src: x|cc-by-4.0",
                "license:\\n- mit\\n- apache-2.0\\ntags:\\n- x|mit, apache-2.0",
                "license: [mit, 'apache-2.0']|mit, apache-2.0",
                "license: other\\nlicense_name: apple-amlr\\nlicense_link: LICENSE|apple-amlr",
                "license: other|other"
            })
    void readsTheLicenceOfTheYamlInFront(String yaml, String licence) {
        String card = "---\n" + yaml.replace("\\n", "\n") + "\n---\n# A model\nlicense: none\n";
        assertEquals(Optional.of(licence), ModelCard.licence(card));
        assertEquals(Optional.of(licence), ModelCard.licence("\ufeff" + card.replace("\n", "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# A model\nlicense: mit\n",
                "---\ntags: x\n---\nlicense: mit\n",
                "---\nlicense:\n---\n",
                "---\nlicense: two words\n---\n",
                "---\nlicense: a\u001b[31m\n---\n",
                "---\nmodel:\n  license: mit\n---\n",
            })
    void knowsNoneWhereNoneIsTold(String card) {
        assertEquals(Optional.empty(), ModelCard.licence(card));
    }

    @Test
    void readsNoMoreThanTheBeginning(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("README.md"), "---\nlicense: mit\n---\n" + "x".repeat(1 << 20));
        assertEquals(Optional.of("mit"), ModelCard.licence(file));
        Files.writeString(file, "---\n" + "x: y\n".repeat(1 << 16) + "license: mit\n---\n");
        assertEquals(Optional.empty(), ModelCard.licence(file));
    }
}
