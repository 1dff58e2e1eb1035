package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ZeroShotClassifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page, in a browser. Screenshots are left in {@code target/screenshots} to be looked at. */
@Timeout(180)
class PageTest {
    private static final Path SHOTS = Path.of("target", "screenshots");
    private static final String BEST = "document.querySelectorAll('tr.best .word')";
    private static final String PLACE = "document.querySelector('.place').textContent";
    private static final String STATUS = "document.getElementById('status').textContent";

    @TempDir
    static Path profile;

    @Test
    void isOneFileThatMayLoadNothingElse() {
        try (TestServer server = TestServer.start()) {
            TestServer.Reply page = server.get("/");

            assertEquals(200, page.status());
            String policy = page.header("content-security-policy");
            assertTrue(policy.startsWith("default-src 'none'; script-src 'sha256-"), policy);
            assertTrue(!policy.contains("unsafe"), policy);
            assertTrue(!page.text().matches("(?s).*(src|href)=\"(https?:)?//.*"), "loads from elsewhere");
        }
        try (TestServer server = TestServer.start(ClipServer.Builder::withoutPage)) {
            assertEquals(404, server.get("/").status());
        }
    }

    @Test
    void showsScoresThatFollowWhatIsTyped() throws Exception {
        Optional<Path> executable = Browser.installed();
        assumeTrue(executable.isPresent(), "no Chromium is installed: the page is not tested in a browser");
        try (TestServer server = TestServer.start();
                Browser browser = Browser.start(executable.get(), Files.createTempDirectory(profile, "profile"))) {
            URI page = URI.create(server.server().address().toString().replace("127.0.0.1", "localhost") + "/");
            size(browser, 1200, 900);
            browser.open(page);
            browser.await("document.getElementById('about').textContent.includes('pictograms')");
            browser.screenshot(SHOTS.resolve("empty.png"));

            type(browser, "church\nfire\npencil\ngoat");
            browser.choose(
                    "#files", TestServer.picture("pictograms/fire.png"), TestServer.picture("pictograms/goat.jpg"));
            browser.await(BEST + ".length === 2");
            assertEquals("fire", browser.text(BEST + "[0].textContent"));
            assertEquals("goat", browser.text(BEST + "[1].textContent"));
            assertScores(
                    browser, TestServer.picture("pictograms/fire.png"), List.of("church", "fire", "pencil", "goat"));
            assertEquals("2 pictures, 4 labels.", browser.text(STATUS));

            type(browser, "church, a pencil\nturtle");
            browser.await(BEST + "[0].textContent !== 'fire'");
            assertTrue(browser.text("location.hash").startsWith("#labels=church%2Ca+pencil%2Cturtle"));

            browser.value("document.getElementById('numbers').click()");
            browser.value("document.getElementById('templates').value = 'a drawing of a {}\\nan icon of {}';"
                    + "document.getElementById('templates').dispatchEvent(new Event('input'))");
            type(browser, "fire\ngoat\n<img src=x onerror=alert(1)>\ntelevision\nchurch");
            browser.await(BEST + "[0].textContent === 'fire'");
            assertEquals(
                    0,
                    browser.value("document.querySelectorAll('table img').length")
                            .getAsInt());
            browser.choose("#files", TestServer.picture("images/truncated.jpg"));
            browser.await("document.querySelector('.card .bad')");
            browser.screenshot(SHOTS.resolve("light.png"));

            media(browser, "dark");
            browser.value("document.getElementById('program').open = true");
            browser.screenshot(SHOTS.resolve("dark.png"));
            media(browser, "light");
            size(browser, 390, 844);
            assertTrue(
                    browser.value("document.documentElement.scrollWidth <= 390").getAsBoolean(), "scrolls sideways");
            browser.screenshot(SHOTS.resolve("phone.png"));

            for (String language : List.of("curl", "python", "java")) {
                browser.value("document.getElementById('language').value = '%s';".formatted(language)
                        + "document.getElementById('language').dispatchEvent(new Event('change'))");
                String code = browser.text("document.getElementById('code').textContent");
                Files.writeString(SHOTS.resolve("code." + language), code);
                assertTrue(code.contains("/v1/classify"), code);
            }
            browser.value("document.querySelector('.card > button').click()");
            browser.await("document.querySelectorAll('.card').length === 2");

            String again = browser.text("location.href");
            browser.call("Page.navigate", "{\"url\": \"about:blank\"}");
            browser.await("location.href === 'about:blank'");
            browser.open(URI.create(again));
            browser.await("document.getElementById('labels')?.value.startsWith('fire\\ngoat')");
            List<String> complaints = browser.complaints().stream()
                    .filter(complaint -> !complaint.contains("status of 400") // of the broken picture
                            && !complaint.contains("\"level\":\"verbose\""))
                    .toList();
            assertEquals(List.of(), complaints);
        }
    }

    /** By the pointer and by the keyboard; a veil lies over all that the label is not. */
    @Tag("thorough")
    @Test
    void showsWhereTheLabelUnderThePointerIs() throws Exception {
        Optional<Path> executable = Browser.installed();
        assumeTrue(executable.isPresent(), "no Chromium is installed: the page is not tested in a browser");
        try (TestServer server = TestServer.start();
                Browser browser = Browser.start(executable.get(), Files.createTempDirectory(profile, "profile"))) {
            size(browser, 1200, 900);
            browser.open(server.uri("/"));
            type(browser, "cactus\npurse\nviolin");
            browser.choose("#files", TestServer.picture("scenes/cactus-purse.png"));
            browser.await("document.querySelector('.where')");
            browser.value("document.querySelector('.where').click()");
            browser.await("document.querySelector('.hint')");
            assertEquals("violin", browser.text("document.querySelector('tr:has(.absent) .word').textContent"));

            point(browser, "cactus");
            browser.await(PLACE + " === 'cactus is here'");
            assertTrue(veil(browser, 125, 205) + 60 < veil(browser, 355, 205), "the cactus is to the left");
            browser.screenshot(SHOTS.resolve("where-light.png"));
            point(browser, "purse");
            browser.await(PLACE + " === 'purse is here'");
            assertTrue(veil(browser, 355, 205) + 60 < veil(browser, 125, 205), "the purse is to the right");

            browser.call("Input.dispatchMouseEvent", "{\"type\": \"mouseMoved\", \"x\": 5, \"y\": 5}");
            browser.await(PLACE + " === ''");
            browser.value(row("violin") + ".previousElementSibling.focus()");
            key(browser, "Tab");
            browser.await(PLACE + " === 'violin is not there'");
            assertEquals(185, veil(browser, 125, 205));
            assertEquals(185, veil(browser, 355, 205));

            media(browser, "dark");
            browser.value(row("purse") + ".focus()");
            browser.await(PLACE + " === 'purse is here'");
            browser.screenshot(SHOTS.resolve("where-dark.png"));
            media(browser, "light");
            size(browser, 390, 844);
            assertTrue(
                    browser.value("document.documentElement.scrollWidth <= 390").getAsBoolean(), "scrolls sideways");
            browser.value("document.querySelector('.card').scrollIntoView()");
            browser.screenshot(SHOTS.resolve("where-phone.png"));

            type(browser, "cactus");
            browser.await("document.querySelector('.where')");
            assertEquals("", browser.text(PLACE));
            List<String> complaints = browser.complaints().stream()
                    .filter(complaint -> !complaint.contains("\"level\":\"verbose\""))
                    .toList();
            assertEquals(List.of(), complaints);
        }
    }

    private static String row(String label) {
        return "[...document.querySelectorAll('tbody tr')].find(row => row.querySelector('.word').textContent === '"
                + label + "')";
    }

    /** Moves the mouse over a label. */
    private static void point(Browser browser, String label) throws Exception {
        browser.value(row(label) + ".scrollIntoView({block: 'center'})");
        browser.value("globalThis.box = " + row(label) + ".getBoundingClientRect(); 1");
        double x = browser.value("box.left + box.width / 4").getAsDouble();
        double y = browser.value("box.top + box.height / 2").getAsDouble();
        browser.call("Input.dispatchMouseEvent", "{\"type\": \"mouseMoved\", \"x\": %s, \"y\": %s}".formatted(x, y));
    }

    private static void key(Browser browser, String key) throws Exception {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            browser.call(
                    "Input.dispatchKeyEvent",
                    "{\"type\": \"%s\", \"key\": \"%s\", \"windowsVirtualKeyCode\": 9}".formatted(type, key));
        }
    }

    /** How opaque it is at a pixel of the picture, which is 480 wide. */
    private static int veil(Browser browser, int x, int y) throws Exception {
        browser.value("globalThis.copy = new OffscreenCanvas(480, 400).getContext('2d', {willReadFrequently: true});"
                + "copy.drawImage(document.querySelector('canvas'), 0, 0); 1");
        return browser.value("copy.getImageData(%d, %d, 1, 1).data[3]".formatted(x, y))
                .getAsInt();
    }

    @Test
    void asksForAKeyWhereOneIsNeeded() throws Exception {
        Optional<Path> executable = Browser.installed();
        assumeTrue(executable.isPresent(), "no Chromium is installed: the page is not tested in a browser");
        try (TestServer server = TestServer.start(builder -> builder.apiKey("secret"));
                Browser browser = Browser.start(executable.get(), Files.createTempDirectory(profile, "profile"))) {
            browser.open(server.uri("/"));
            browser.await("!document.getElementById('key-line').hidden");
            browser.value(
                    "document.getElementById('key').value = 'secret'; document.getElementById('use-key').click()");
            browser.await("document.getElementById('about').textContent.includes('pictograms')");
            assertTrue(
                    browser.value("document.getElementById('key-line').hidden").getAsBoolean());
        }
    }

    private static void type(Browser browser, String labels) throws Exception {
        browser.value("document.getElementById('labels').value = %s;".formatted(new JsonPrimitive(labels))
                + "document.getElementById('labels').dispatchEvent(new Event('input'))");
    }

    private static void size(Browser browser, int width, int height) throws Exception {
        browser.call(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\": %d, \"height\": %d, \"deviceScaleFactor\": 1, \"mobile\": %s}"
                        .formatted(width, height, width < 500));
    }

    private static void media(Browser browser, String scheme) throws Exception {
        browser.call(
                "Emulation.setEmulatedMedia",
                "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"%s\"}]}".formatted(scheme));
    }

    /** What the page computes of the vectors is what the engine says. */
    private static void assertScores(Browser browser, Path picture, List<String> labels) throws Exception {
        try (Clip clip = Clip.open(TestServer.MODEL)) {
            Classification expected = ZeroShotClassifier.of(clip, labels).classify(clip.encodeImage(picture));
            for (int i = 0; i < labels.size(); i++) {
                Classification.Score score = expected.scores().get(i);
                String row = browser.text(
                        "document.querySelectorAll('table')[0].tBodies[0].rows[%d].textContent".formatted(i));
                assertEquals(
                        String.format(
                                Locale.ROOT,
                                "%s%.1f %%%.4f%.2f",
                                score.label(),
                                100 * score.score(),
                                score.cosine(),
                                score.logit()),
                        row);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
