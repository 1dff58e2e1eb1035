package org.clipjava.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepoReferenceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai/clip-vit-base-patch32",
                "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
                "a/b@refs/pr/1",
                "a/b.c_d@v1.0",
                "a/b@0123456789abcdef0123456789abcdef01234567"
            })
    void readsWhatItWrites(String text) {
        assertEquals(text, RepoReference.parse(text).toString());
    }

    @Test
    void meansMainWhereNothingIsSaid() {
        assertEquals("main", RepoReference.parse("a/b").revision());
        assertEquals("a/b", RepoReference.parse("a/b@main").toString());
    }

    @Test
    void knowsACommit() {
        assertTrue(RepoReference.parse("a/b@0123456789abcdef0123456789abcdef01234567")
                .isPinned());
        assertFalse(RepoReference.parse("a/b@0123456").isPinned());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/",
                "a/",
                "/b",
                "a/b/c",
                "../b",
                "a/..",
                "a/.b",
                "a/b.",
                "a--b/c",
                "a/b@",
                "a/b@../x",
                "a/b@x/..",
                "a/b@/x",
                "a/b@x//y",
                "a/b@x y",
                "a b/c",
                "a/b@-x",
                "a\\b/c",
                "a/b:q8",
                "a/b\n"
            })
    void refusesWhatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> RepoReference.parse(text));
    }

    @Test
    void aFoldersNameIsReadBack() {
        RepoId repo = RepoId.parse("openai/clip-vit-base-patch32");
        assertEquals(Optional.of(repo), RepoId.ofFolderName(repo.folderName()));
        assertEquals(Optional.empty(), RepoId.ofFolderName("local"));
        assertEquals(Optional.empty(), RepoId.ofFolderName(".locks"));
    }
}
