package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonPrimitive;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gallery, in a browser. Screenshots are left in {@code target/screenshots} to be looked at. */
@Timeout(180)
@Tag("thorough")
class GalleryTest {
    private static final Path SHOTS = Path.of("target", "screenshots");
    private static final String STATUS = "document.getElementById('status').textContent";
    private static final String NAMES =
            "[...document.querySelectorAll('.picture .name')].map(one => one.textContent).join()";
    private static final String FOCUSED = "document.activeElement.querySelector?.('.name')?.textContent";

    @TempDir
    static Path folder;

    private static SmallIndex small;

    @BeforeAll
    static void indexes() throws Exception {
        small = SmallIndex.in(folder.resolve("index"));
    }

    @Test
    void isOneFileThatMayLoadNothingElse() {
        try (TestServer server = TestServer.start(builder -> builder.index(small.index()))) {
            TestServer.Reply page = server.get("/gallery");

            assertEquals(200, page.status());
            String policy = page.header("content-security-policy");
            assertTrue(policy.startsWith("default-src 'none'; script-src 'sha256-"), policy);
            assertFalse(policy.contains("unsafe"), policy);
            assertFalse(page.text().matches("(?s).*(src|href)=\"(https?:)?//.*"), "loads from elsewhere");
        }
        try (TestServer server = TestServer.start()) {
            assertEquals(404, server.get("/gallery").status(), "without an index");
        }
        try (TestServer server =
                TestServer.start(builder -> builder.index(small.index()).withoutPage())) {
            assertEquals(404, server.get("/gallery").status());
        }
    }

    @Test
    void searchesAsIsTyped() throws Exception {
        Optional<Path> executable = Browser.installed();
        assumeTrue(executable.isPresent(), "no Chromium is installed: the page is not tested in a browser");
        try (TestServer server = TestServer.start(builder -> builder.index(small.index()));
                Browser browser = Browser.start(executable.get(), Files.createTempDirectory(folder, "profile"))) {
            size(browser, 1200, 800);
            browser.open(server.uri("/gallery"));
            browser.await("document.querySelectorAll('.picture img[src^=\"blob:\"]').length === 9");
            assertEquals("9 pictures", browser.text(STATUS));
            browser.screenshot(SHOTS.resolve("gallery.png"));

            type(browser, "a tax report of the second quarter");
            browser.await(STATUS + ".startsWith('Nothing seems to show that')");
            browser.value("document.getElementById('all').click()");
            browser.await("document.querySelectorAll('.picture .likely').length === 9");

            type(browser, "a snail");
            browser.await(NAMES + ".startsWith('snail.png,')");
            browser.screenshot(SHOTS.resolve("gallery-search.png"));

            type(browser, "date:tomorrow");
            browser.await(STATUS + ".includes('expected date:')");
            type(browser, "");
            browser.value("document.getElementById('filters').open = true");
            browser.value("document.querySelector('[data-filter=path]').value = 'goat';"
                    + "document.querySelector('[data-filter=path]').dispatchEvent(new Event('input'))");
            browser.await("document.querySelectorAll('.picture').length === 2");
            assertEquals("(1)", browser.text("document.getElementById('filter-count').textContent"));
            browser.screenshot(SHOTS.resolve("gallery-filters.png"));
            browser.value("document.getElementById('no-filters').click()");
            browser.await("document.querySelectorAll('.picture').length === 9");

            browser.choose("#file", TestServer.picture("pictograms/cactus.png"));
            browser.await(NAMES + ".startsWith('cactus.png,')");
            assertEquals("Like cactus.png", browser.text("document.getElementById('like-text').textContent"));
            browser.choose("#file", TestServer.picture("images/truncated.jpg"));
            browser.await("document.getElementById('status').className === 'bad'");
            browser.value("document.getElementById('like-end').click()");
            browser.await("document.querySelectorAll('.picture').length === 9");
            assertQuiet(browser);
        }
    }

    @Tag("thorough")
    @Test
    void isWalkedThroughByKeys() throws Exception {
        Optional<Path> executable = Browser.installed();
        assumeTrue(executable.isPresent(), "no Chromium is installed: the page is not tested in a browser");
        try (TestServer server = TestServer.start(builder -> builder.index(small.index()));
                Browser browser = Browser.start(executable.get(), Files.createTempDirectory(folder, "profile"))) {
            size(browser, 1200, 800);
            browser.open(server.uri("/gallery#q=a+snail&all=1"));
            browser.await(NAMES + ".startsWith('snail.png,')");
            key(browser, "/");
            assertEquals("query", browser.text("document.activeElement.id"));
            key(browser, "ArrowDown");
            assertEquals("snail.png", browser.text(FOCUSED));
            key(browser, "ArrowRight");
            String second = browser.text(FOCUSED);
            key(browser, "ArrowLeft");
            assertEquals("snail.png", browser.text(FOCUSED));

            key(browser, "Enter");
            browser.await("document.getElementById('viewer').open");
            browser.await(
                    "document.getElementById('viewer-picture').naturalWidth === 64"
                            + " && document.getElementById('viewer-picture').src !== document.querySelector('.picture img').src");
            assertTrue(
                    browser.text("document.getElementById('facts').textContent").contains("64 × 64"));
            browser.screenshot(SHOTS.resolve("gallery-viewer.png"));
            key(browser, "ArrowRight");
            browser.await("document.getElementById('viewer-name').textContent === " + new JsonPrimitive(second));
            media(browser, "dark");
            browser.screenshot(SHOTS.resolve("gallery-viewer-dark.png"));
            key(browser, "Escape");
            browser.await("!document.getElementById('viewer').open");
            browser.await(FOCUSED + " === " + new JsonPrimitive(second));

            key(browser, "ArrowLeft");
            key(browser, "m");
            browser.await("document.querySelectorAll('.picture').length === 8 && !" + NAMES + ".includes('snail.png')");
            assertEquals("Like snail.png", browser.text("document.getElementById('like-text').textContent"));
            browser.screenshot(SHOTS.resolve("gallery-like-dark.png"));
            String address = browser.text("location.href");
            key(browser, "Escape");
            browser.await("document.querySelectorAll('.picture').length === 9");
            browser.call("Page.navigate", "{\"url\": \"about:blank\"}");
            browser.await("location.href === 'about:blank'");
            browser.open(URI.create(address));
            browser.await("document.querySelectorAll('.picture').length === 8");

            browser.value("document.getElementById('same').click()");
            browser.await("document.querySelectorAll('.group .picture').length === 2");
            assertEquals("1 group, the best copy first. Nothing is deleted.", browser.text(STATUS));
            media(browser, "light");
            size(browser, 390, 844);
            browser.screenshot(SHOTS.resolve("gallery-duplicates-phone.png"));
            browser.value("document.getElementById('same').click()");
            browser.await("document.querySelectorAll('.picture img[src^=\"blob:\"]').length === 8");
            assertTrue(
                    browser.value("document.documentElement.scrollWidth <= 390").getAsBoolean(), "scrolls sideways");
            browser.screenshot(SHOTS.resolve("gallery-phone.png"));
            assertQuiet(browser);
        }
    }

    @Test
    void loadsMoreAsIsScrolledAndAsksForAKeyFirst() throws Exception {
        Optional<Path> executable = Browser.installed();
        assumeTrue(executable.isPresent(), "no Chromium is installed: the page is not tested in a browser");
        SmallIndex many = new SmallIndex(folder.resolve("many"), folder.resolve("many-index"));
        Files.createDirectories(many.pictures());
        for (int i = 0; i < 150; i++) {
            Files.copy(
                    TestServer.picture("pictograms/snail.png"), many.pictures().resolve(i + ".png"));
        }
        many.update();
        try (TestServer server =
                        TestServer.start(builder -> builder.index(many.index()).apiKey("secret"));
                Browser browser = Browser.start(executable.get(), Files.createTempDirectory(folder, "profile"))) {
            size(browser, 390, 844);
            browser.open(server.uri("/gallery"));
            browser.await("!document.getElementById('key-line').hidden");
            browser.value(
                    "document.getElementById('key').value = 'secret'; document.getElementById('use-key').click()");
            browser.await("document.querySelectorAll('.picture').length === 60");
            assertEquals("60 and more pictures", browser.text(STATUS));
            browser.await("scrollTo(0, document.body.scrollHeight),"
                    + " document.querySelectorAll('.picture').length === 150");
            assertEquals("150 pictures", browser.text(STATUS));
        }
    }

    private static void type(Browser browser, String query) throws Exception {
        browser.value("document.getElementById('query').value = %s;".formatted(new JsonPrimitive(query))
                + "document.getElementById('query').dispatchEvent(new Event('input'))");
    }

    private static void key(Browser browser, String key) throws Exception {
        String text = key.length() == 1 ? key : key.equals("Enter") ? "\\r" : "";
        for (String type : List.of("keyDown", "keyUp")) {
            browser.call(
                    "Input.dispatchKeyEvent",
                    "{\"type\": \"%s\", \"key\": \"%s\", \"code\": \"%s\", \"windowsVirtualKeyCode\": %d%s}"
                            .formatted(
                                    type,
                                    key,
                                    key,
                                    code(key),
                                    type.equals("keyDown") && !text.isEmpty() ? ", \"text\": \"" + text + "\"" : ""));
        }
    }

    private static int code(String key) {
        return switch (key) {
            case "Enter" -> 13;
            case "Escape" -> 27;
            case "ArrowLeft" -> 37;
            case "ArrowUp" -> 38;
            case "ArrowRight" -> 39;
            case "ArrowDown" -> 40;
            default -> Character.toUpperCase(key.charAt(0));
        };
    }

    private static void assertQuiet(Browser browser) {
        List<String> complaints = browser.complaints().stream()
                .filter(complaint -> !complaint.contains("status of 400") // of what is wrong on purpose
                        && !complaint.contains("\"level\":\"verbose\""))
                .toList();
        assertEquals(List.of(), complaints);
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
}
