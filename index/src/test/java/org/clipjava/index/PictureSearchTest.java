package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureQuery.Term;
import org.clipjava.index.PictureSearch.Found;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries on the hundred pictograms, of a style that the model was never trained on. */
class PictureSearchTest {
    @TempDir
    static Path folder;

    private static Clip clip;
    private static PictureIndex index;

    @BeforeAll
    static void indexes() throws IOException, InterruptedException {
        clip = Pictograms.model();
        index = PictureIndex.open(folder, IndexModel.of(clip, "pictograms"), IndexOptions.defaults());
        IndexUpdate.of(index, clip).withThreads(2).run(List.of(Pictograms.folder()), new Silent());
        index.measure(clip);
        int number = 0;
        List<IndexedPicture> all = new ArrayList<>();
        index.forEach(all::add);
        all.sort((a, b) -> a.stamp().file().compareTo(b.stamp().file()));
        for (IndexedPicture picture : all) {
            LocalDateTime taken = LocalDateTime.of(2000 + number, 6, 30, 23, 59);
            Shot shot = new Shot(
                    Optional.of(taken), Optional.of(new Place(number / 2.0, 13)), Optional.of("Nikon D" + number % 3));
            IndexedPicture dated = new IndexedPicture(
                    picture.id(),
                    picture.stamp(),
                    picture.content(),
                    picture.width(),
                    picture.height(),
                    picture.look(),
                    shot,
                    List.of("Pictogram"));
            index.put(new NewPicture(
                    dated,
                    index.embedding(picture.id()).orElseThrow(),
                    index.thumbnail(picture.id()).orElseThrow()));
            number++;
        }
        index.commit();
    }

    @AfterAll
    static void closes() throws IOException {
        index.close();
        clip.close();
    }

    static final class Silent implements IndexUpdate.Listener {
        @Override
        public void found(int pictures) {}

        @Override
        public void done(int done, int quick) {}

        @Override
        public void remark(String line) {}

        @Override
        public void broken(BrokenPicture picture) {}
    }

    private static List<String> names(PictureSearch.Page page) {
        return page.found().stream()
                .map(found -> found.picture().stamp().file().getFileName().toString())
                .map(name -> name.substring(0, name.indexOf('.')))
                .toList();
    }

    private static PictureSearch search() throws IOException {
        return PictureSearch.of(index, clip);
    }

    private static List<String> found(String query) throws IOException {
        return names(search().withCutOff(0).page(PictureQuery.parse(query), 0, 5));
    }

    @Test
    void findsByWords() throws IOException {
        assertEquals("snail", found("a snail").getFirst());
        assertEquals("cactus", found("cactus").getFirst());
        assertEquals("cactus", found("\"a photo of a cactus\"").getFirst());
    }

    @Test
    void givesOnlyWhatReallyShowsTheWords() throws IOException {
        PictureSearch.Page page = search().page(PictureQuery.parse("cactus"), 0, 20);
        assertEquals("cactus", names(page).getFirst());
        assertTrue(page.found().size() <= 3, names(page).toString());
        assertTrue(page.cutOff());
        assertFalse(page.more());
        Found cactus = page.found().getFirst();
        assertTrue(cactus.probability().orElseThrow() > 0.5, cactus.toString());

        PictureSearch.Page nothing = search().page(PictureQuery.parse("a tax report of the second quarter"), 0, 20);
        assertEquals(List.of(), nothing.found());
        assertTrue(nothing.cutOff());
    }

    @Test
    void findsByAPictureAndThoseThatAreNotInTheIndexToo(@TempDir Path elsewhere) throws IOException {
        Path known = Pictograms.folder().resolve("snail.png");
        assertEquals("snail", found(known.toString()).getFirst());
        Path copy = Pictograms.copy("snail.png", elsewhere.resolve("x.png"));
        assertEquals(found(known.toString()), found(copy.toString()));
    }

    @Test
    void findsWhatIsLikeAPictureOfTheIndexButNotItself() throws IOException {
        String id = PictureId.of(Pictograms.folder().resolve("snail.png"));
        PictureQuery all = new PictureQuery(List.of(), PictureFilter.NONE);
        List<String> like = names(search().page(all.with(new Term.IndexedPicture(id, false, 1)), 0, 100));
        assertEquals(99, like.size());
        assertFalse(like.contains("snail"));
        Term encoded = new Term.EncodedPicture(index.embedding(id).orElseThrow(), false, 1);
        List<String> withItself = names(search().page(all.with(encoded), 0, 100));
        assertEquals("snail", withItself.getFirst());
        assertEquals(like, withItself.subList(1, 100));

        PictureQuery unknown = all.with(new Term.IndexedPicture("0".repeat(24), false, 1));
        IndexException refusal = assertThrows(IndexException.class, () -> search().page(unknown, 0, 1));
        assertTrue(refusal.getMessage().contains("000000"), refusal.getMessage());
    }

    @Test
    void aQueryThatAsksForNothingIsOfAllPictures() throws IOException {
        PictureQuery all = new PictureQuery(List.of(), PictureFilter.NONE);
        assertEquals(100, search().page(all, 0, 200).found().size());
    }

    @Test
    void hasWordsEncodedByWhomItIsTold() throws IOException {
        List<String> encoded = new ArrayList<>();
        PictureSearch search = search().withCutOff(0).withTextEncoder(texts -> {
            encoded.addAll(texts);
            return clip.encodeTexts(texts);
        });
        assertEquals(
                "snail", names(search.page(PictureQuery.parse("a snail"), 0, 1)).getFirst());
        assertEquals(List.of(clip.defaultTemplate().format("snail")), encoded);
    }

    @Test
    void refusesAPatternThatWouldTakeTooLong() {
        String pattern = "path:" + "*a?????????????".repeat(8);
        IndexException refusal = assertThrows(IndexException.class, () -> PictureQuery.parse(pattern));
        assertTrue(refusal.getMessage().contains("fewer"), refusal.getMessage());
    }

    @Test
    void fusesWordsAndPicturesByRank() throws IOException {
        Path snail = Pictograms.folder().resolve("snail.png");
        List<String> fused = found("cactus + " + snail);
        assertTrue(fused.containsAll(List.of("cactus", "snail")), fused.toString());
    }

    @Test
    void leavesOutWhatShowsATermBehindMinus() throws IOException {
        PictureSearch all = search().withCutOff(0);
        List<String> with = names(all.page(PictureQuery.parse("plant"), 0, 100));
        List<String> without = names(all.page(PictureQuery.parse("plant -cactus"), 0, 100));
        assertTrue(with.contains("cactus"), with.toString());
        assertFalse(without.contains("cactus"), without.toString());
        assertTrue(without.size() > 90, "the others stay: " + without.size());
        assertEquals(
                100,
                names(all.withSubtraction(true).page(PictureQuery.parse("plant -cactus"), 0, 100))
                        .size());
    }

    @Test
    void filters() throws IOException {
        assertEquals(List.of("admission-tickets"), found("date:2000"));
        assertEquals(3, found("date:2000..2002").size());
        assertEquals(List.of(), found("date:1990"));
        assertEquals(List.of(), found("date:2000-07"));
        assertEquals(List.of("admission-tickets"), found("date:2000-06-30 snail"));
        assertEquals(List.of("admission-tickets"), found("near:0,13,10"));
        assertEquals(2, found("near:0,13,60").size());
        assertEquals(List.of("snail"), found("path:SNAIL"));
        assertEquals(List.of("snail"), found("path:s?ail cactus"));
        assertFalse(found("snail -path:snail").contains("snail"));
        assertEquals(
                34,
                search().page(PictureQuery.parse("camera:\"nikon d0\""), 0, 100)
                        .found()
                        .size());
        assertEquals(5, found("tag:pictogram").size());
        assertEquals(List.of(), found("tag:picto"));
        assertEquals(List.of(), found("size:1mb.."));
        assertEquals(List.of(), found("pixels:1mp.."));
    }

    @Test
    void pagesGoOnWhereTheLastEnded() throws IOException {
        PictureSearch all = search().withCutOff(0);
        PictureQuery query = PictureQuery.parse("animal");
        List<String> whole = names(all.page(query, 0, 100));
        List<String> parts = new ArrayList<>();
        for (int offset = 0; ; offset += 30) {
            PictureSearch.Page page = all.page(query, offset, 30);
            parts.addAll(names(page));
            if (!page.more()) {
                break;
            }
        }
        assertEquals(100, whole.size());
        assertEquals(whole, parts);
        assertEquals(List.of(), names(all.page(query, 100, 30)));
    }

    @Test
    void refusesAnEmptyPage() throws IOException {
        PictureSearch search = search().withEffort(Effort.EXACT);
        assertThrows(IllegalArgumentException.class, () -> search.page(PictureQuery.parse("x"), 0, 0));
        assertThrows(IllegalArgumentException.class, () -> search.withCutOff(1.5));
    }
}
