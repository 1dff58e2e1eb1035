package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import org.clipjava.index.PictureQuery.Term;
import org.clipjava.index.PictureQuery.Term.PictureFile;
import org.clipjava.index.PictureQuery.Term.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureQueryTest {
    private static List<Term> terms(String query) throws IndexException {
        return PictureQuery.parse(query).terms();
    }

    private static Words words(String text) {
        return new Words(text, false, false, 1);
    }

    @Test
    void readsWordsAsOneTerm() throws IndexException {
        assertEquals(List.of(words("a dog on the beach")), terms("  a dog on  the beach "));
    }

    @Test
    void readsSignsAndWeights() throws IndexException {
        assertEquals(List.of(words("red dog"), words("beach")), terms("red dog + beach"));
        assertEquals(List.of(words("dog"), words("beach")), terms("dog +beach"));
        assertEquals(
                List.of(new Words("dog", false, false, 2), new Words("big beach", false, false, 0.5)),
                terms("2:dog + .5:big beach"));
        assertEquals(List.of(new Words("dog", false, true, 1), words("beach sunset")), terms("beach -dog sunset"));
        assertEquals(List.of(new Words("wet dog", true, true, 1), words("beach")), terms("beach -\"wet dog\""));
        assertEquals(List.of(new Words("dog", false, true, 1), words("beach")), terms("beach - dog"));
        assertEquals(List.of(words("black-and-white")), terms("black-and-white"));
    }

    @Test
    void readsPhrasesAndPictures() throws IndexException {
        assertEquals(List.of(new Words("a red car", true, false, 1)), terms("\"a red car\""));
        assertEquals(
                List.of(words("night"), new PictureFile("./a b.jpg", false, 2), new PictureFile("/x/y.png", true, 1)),
                terms("night 2:./\"a b.jpg\" -/x/y.png"));
    }

    @Test
    void readsFilters() throws IndexException {
        PictureFilter year = PictureFilter.NONE.takenBetween(LocalDate.of(2021, 1, 1), LocalDate.of(2023, 12, 31));
        assertEquals(new PictureQuery(List.of(), year), PictureQuery.parse("date:2021..2023"));
        assertEquals(
                PictureFilter.NONE.takenBetween(LocalDate.of(2024, 2, 1), LocalDate.of(2024, 2, 29)),
                PictureQuery.parse("date:2024-02").filter());
        assertEquals(
                year.bytesBetween(2_000_000, Long.MAX_VALUE)
                        .pixelsBetween(0, 800_000)
                        .near(new Place(52.5, -13.4), 10)
                        .pathContains("my holidays")
                        .cameraContains("nikon")
                        .tagged("cat"),
                PictureQuery.parse("date:2021..2023 size:2MB.. pixels:..0.8mp near:52.5,-13.4,10 path:\"my holidays\""
                                + " camera:nikon tag:cat")
                        .filter());
        assertEquals(
                PictureFilter.NONE.butNot(PictureFilter.NONE.pathContains("x")),
                PictureQuery.parse("-path:x").filter());
        assertNotEquals(PictureFilter.NONE, PictureQuery.parse("cat path:x").filter());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "date:20             | query: expected date:2021, date:2021-05, date:2021-05-31 or a range of two, found \"date:20\"",
                "date:..             | query: expected one end of the range, found \"date:..\"",
                "date:2021-13        | query: Invalid value for MonthOfYear (valid values 1 - 12): 13, found \"date:2021-13\"",
                "near:52,13          | query: expected near:LATITUDE,LONGITUDE,KILOMETRES as near:52.5,13.4,10, found \"near:52,13\"",
                "near:95,13,1        | query: expected near:LATITUDE,LONGITUDE,KILOMETRES as near:52.5,13.4,10, found \"near:95,13,1\"",
                "size:2parsec        | query: expected a size as 500kb or 2mb, found \"size:2parsec\"",
                "path:               | query: expected something behind the colon of \"path:\"",
                "0:cat               | query: expected a weight above 0, found \"0:cat\"",
                "cat -               | query: expected a word, phrase or picture behind the last -, found the end",
                "~a \"red car~       | query: expected a second \" behind \"red car",
                "~  ~                | query: expected words, a picture or a filter as date:2021, found nothing"
            })
    void saysWhatIsWrong(String query, String message) {
        IndexException e = assertThrows(IndexException.class, () -> PictureQuery.parse(query));
        assertEquals(IndexException.Kind.QUERY, e.kind());
        assertEquals(message, e.getMessage());
    }
}
