package org.clipjava.index;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.io.Shown;

/** Reads the language of {@link PictureQuery}. For one query. */
final class QueryParser {
    private static final Pattern WEIGHT = Pattern.compile("(\\d+(?:\\.\\d+)?|\\.\\d+):(.+)", Pattern.DOTALL);
    private static final Pattern FILTER =
            Pattern.compile("(date|near|size|pixels|path|camera|tag):(.*)", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    private static final Pattern DAY = Pattern.compile("(\\d{4})(?:-(\\d{1,2})(?:-(\\d{1,2}))?)?");
    private static final Pattern AMOUNT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-z]*)");
    private static final int DECEMBER = 12;

    private final String query;
    private int at;
    private final List<PictureQuery.Term> terms = new ArrayList<>();
    private PictureFilter filter = PictureFilter.NONE;

    /** Words that belong together and wait for their end. */
    private final StringBuilder words = new StringBuilder();

    private double weight = 1;

    /** @param quoted whether it begins with a quotation mark */
    private record Token(String text, boolean quoted) {}

    QueryParser(String query) {
        this.query = query;
    }

    PictureQuery parse() throws IndexException {
        boolean negative = false;
        for (Optional<Token> next = next(); next.isPresent(); next = next()) {
            Token token = next.get();
            if (!token.quoted && token.text.equals("+")) {
                endWords();
                continue;
            }
            if (!token.quoted && token.text.equals("-")) {
                negative = true;
                continue;
            }
            String text = token.text;
            if (!token.quoted && text.startsWith("+")) {
                endWords();
                text = text.substring(1);
            } else if (!token.quoted && text.startsWith("-")) {
                negative = true;
                text = text.substring(1);
            }
            take(new Token(text, token.quoted), negative);
            negative = false;
        }
        if (negative) {
            throw IndexException.query("query: expected a word, phrase or picture behind the last -, found the end");
        }
        endWords();
        if (terms.isEmpty() && filter.equals(PictureFilter.NONE)) {
            throw IndexException.query("query: expected words, a picture or a filter as date:2021, found nothing");
        }
        return new PictureQuery(terms, filter);
    }

    private void take(Token token, boolean negative) throws IndexException {
        Matcher filtered = FILTER.matcher(token.text);
        if (!token.quoted && filtered.matches()) {
            String key = filtered.group(1).toLowerCase(Locale.ROOT);
            String value = unquoted(filtered.group(2));
            filter = negative
                    ? filter.butNot(filter(PictureFilter.NONE, key, value, token.text))
                    : filter(filter, key, value, token.text);
            return;
        }
        double own = 1;
        String text = token.text;
        boolean quoted = token.quoted;
        Matcher weighted = WEIGHT.matcher(text);
        if (!quoted && weighted.matches()) {
            own = Double.parseDouble(weighted.group(1));
            text = weighted.group(2);
            if (!(own > 0)) {
                throw IndexException.query("query: expected a weight above 0, found " + Shown.quoted(token.text));
            }
            if (!negative) {
                endWords();
            }
        }
        if (!quoted && text.startsWith("\"")) {
            quoted = true;
            text = unquoted(text);
        }
        if (text.isBlank()) {
            throw IndexException.query("query: expected a word, phrase or picture, found " + Shown.quoted(query));
        }
        if (!negative && (quoted || isPicture(text))) {
            endWords();
        }
        if (quoted) {
            terms.add(new PictureQuery.Term.Words(text, true, negative, own));
        } else if (isPicture(text)) {
            terms.add(new PictureQuery.Term.PictureFile(unquoted(text), negative, own));
        } else if (negative) {
            terms.add(new PictureQuery.Term.Words(text, false, true, own));
        } else {
            words.append(words.isEmpty() ? "" : " ").append(text);
            weight = words.length() == text.length() ? own : weight;
        }
    }

    private void endWords() {
        if (!words.isEmpty()) {
            terms.add(new PictureQuery.Term.Words(words.toString(), false, false, weight));
            words.setLength(0);
            weight = 1;
        }
    }

    private static boolean isPicture(String text) {
        return text.startsWith("./")
                || text.startsWith("../")
                || text.startsWith("/")
                || text.startsWith("~/")
                || text.startsWith(".\\")
                || text.matches("(?i)[a-z]:[\\\\/].*");
    }

    /** The next, with what is in quotation marks as it is; empty at the end. */
    private Optional<Token> next() throws IndexException {
        while (at < query.length() && Character.isWhitespace(query.charAt(at))) {
            at++;
        }
        if (at == query.length()) {
            return Optional.empty();
        }
        int begin = at;
        boolean inside = false;
        while (at < query.length() && (inside || !Character.isWhitespace(query.charAt(at)))) {
            inside ^= query.charAt(at) == '"';
            at++;
        }
        String text = query.substring(begin, at);
        if (inside) {
            throw IndexException.query("query: expected a second \" behind " + Shown.text(text));
        }
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return Optional.of(new Token(quoted ? text.substring(1, text.length() - 1) : text, quoted));
    }

    private static String unquoted(String text) {
        return text.replace("\"", "");
    }

    private static PictureFilter filter(PictureFilter before, String key, String value, String token)
            throws IndexException {
        if (value.isBlank()) {
            throw IndexException.query("query: expected something behind the colon of " + Shown.quoted(token));
        }
        return switch (key) {
            case "date" -> {
                Range<LocalDate> days = range(value, part -> day(part, false), part -> day(part, true), token);
                yield before.takenBetween(
                        days.first.orElse(LocalDate.of(1, 1, 1)), days.last.orElse(LocalDate.of(9999, 12, 31)));
            }
            case "near" -> near(before, value, token);
            case "size" -> {
                Range<Long> bytes = range(value, QueryParser::bytes, QueryParser::bytes, token);
                yield before.bytesBetween(bytes.first.orElse(0L), bytes.last.orElse(Long.MAX_VALUE));
            }
            case "pixels" -> {
                Range<Long> pixels = range(value, QueryParser::pixels, QueryParser::pixels, token);
                yield before.pixelsBetween(pixels.first.orElse(0L), pixels.last.orElse(Long.MAX_VALUE));
            }
            case "path" -> text(before::pathContains, value, token);
            case "camera" -> text(before::cameraContains, value, token);
            default -> before.tagged(value);
        };
    }

    private static PictureFilter text(Function<String, PictureFilter> filter, String value, String token)
            throws IndexException {
        try {
            return filter.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IndexException(
                    IndexException.Kind.QUERY, "query: " + e.getMessage() + ", found " + Shown.quoted(token), e);
        }
    }

    private static PictureFilter near(PictureFilter before, String value, String token) throws IndexException {
        String[] parts = value.split(",", -1);
        try {
            if (parts.length == 3) {
                double kilometres = Double.parseDouble(parts[2].strip());
                Place place = new Place(Double.parseDouble(parts[0].strip()), Double.parseDouble(parts[1].strip()));
                if (kilometres > 0 && Double.isFinite(kilometres)) {
                    return before.near(place, kilometres);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IndexException(IndexException.Kind.QUERY, nearExpected(token), e);
        }
        throw IndexException.query(nearExpected(token));
    }

    private static String nearExpected(String token) {
        return "query: expected near:LATITUDE,LONGITUDE,KILOMETRES as near:52.5,13.4,10, found " + Shown.quoted(token);
    }

    private record Range<T>(Optional<T> first, Optional<T> last) {}

    private interface Reading<T> extends Function<String, T> {}

    private static <T> Range<T> range(String value, Reading<T> first, Reading<T> last, String token)
            throws IndexException {
        int dots = value.indexOf("..");
        String begin = dots < 0 ? value : value.substring(0, dots);
        String end = dots < 0 ? value : value.substring(dots + 2);
        try {
            Range<T> range = new Range<>(
                    begin.isBlank() ? Optional.empty() : Optional.of(first.apply(begin.strip())),
                    end.isBlank() ? Optional.empty() : Optional.of(last.apply(end.strip())));
            if (range.first.isPresent() || range.last.isPresent()) {
                return range;
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IndexException(
                    IndexException.Kind.QUERY, "query: " + e.getMessage() + ", found " + Shown.quoted(token), e);
        }
        throw IndexException.query("query: expected one end of the range, found " + Shown.quoted(token));
    }

    private static LocalDate day(String text, boolean last) {
        Matcher day = DAY.matcher(text);
        if (!day.matches()) {
            throw new IllegalArgumentException("expected date:2021, date:2021-05, date:2021-05-31 or a range of two");
        }
        int year = Integer.parseInt(day.group(1));
        if (day.group(2) == null) {
            return last ? LocalDate.of(year, DECEMBER, 31) : LocalDate.of(year, 1, 1);
        }
        YearMonth month = YearMonth.of(year, Integer.parseInt(day.group(2)));
        return day.group(3) == null
                ? last ? month.atEndOfMonth() : month.atDay(1)
                : month.atDay(Integer.parseInt(day.group(3)));
    }

    private static long bytes(String text) {
        return amount(text, unit -> switch (unit) {
            case "", "b" -> 1.0;
            case "k", "kb" -> 1e3;
            case "m", "mb" -> 1e6;
            case "g", "gb" -> 1e9;
            default -> throw new IllegalArgumentException("expected a size as 500kb or 2mb");
        });
    }

    private static long pixels(String text) {
        return amount(text, unit -> switch (unit) {
            case "" -> 1.0;
            case "kp" -> 1e3;
            case "mp" -> 1e6;
            default -> throw new IllegalArgumentException("expected a number of pixels as 800000 or 2mp");
        });
    }

    private static long amount(String text, Function<String, Double> unit) {
        Matcher amount = AMOUNT.matcher(text.toLowerCase(Locale.ROOT));
        if (!amount.matches()) {
            throw new IllegalArgumentException("expected a number, with a unit as mb or without");
        }
        return Math.round(Double.parseDouble(amount.group(1)) * unit.apply(amount.group(2)));
    }
}
