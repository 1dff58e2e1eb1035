package org.clipjava.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.hub.Transport.Answer;
import org.clipjava.io.AtomicFile;
import org.clipjava.io.FileFailure;
import org.clipjava.io.Shown;

/**
 * Brings one file's content to the disk: goes on where an earlier attempt ended, whoever made it, and gives the file its
 * name only when its hash is the one announced.
 */
final class FileDownload {
    /** An attempt that brings less than this counts as one that brings nothing. */
    private static final long LEAST_PROGRESS = 64 << 10;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private final HubClient client;
    private final HubSettings settings;
    private final DownloadListener listener;
    private final RepoReference reference;
    private final RepoFile file;
    private final Path incomplete;

    /** What a server called the content that is being received, and which server: it must be the same when it goes on. */
    private Optional<Validator> validator = Optional.empty();

    private record Validator(URI server, String etag) {}

    /** Bytes that are on the disk. */
    private long present;

    /** Whether these bytes were all received here: then there is no one else to blame for a wrong hash. */
    private boolean ownFromTheStart;

    FileDownload(
            HubClient client,
            HubSettings settings,
            DownloadListener listener,
            RepoReference reference,
            RepoFile file,
            Path incomplete) {
        this.client = client;
        this.settings = settings;
        this.listener = listener;
        this.reference = reference;
        this.file = file;
        this.incomplete = incomplete;
    }

    /** Downloads to {@code incomplete} and then gives it the name {@code blob}. The lock must be held. */
    void run(Path blob) throws IOException {
        try (FileChannel channel = open()) {
            present = channel.size();
            if (present > file.size()) {
                startAnew(channel);
            }
            ownFromTheStart = present == 0;
            listener.started(file, present);
            checkSpace();
            receive(channel);
            force(channel);
        }
        AtomicFile.rename(incomplete, blob);
        listener.finished(file);
    }

    private FileChannel open() throws IOException {
        try {
            Files.createDirectories(Optional.ofNullable(incomplete.getParent()).orElseThrow());
            return FileChannel.open(
                    incomplete, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void checkSpace() throws IOException {
        long missing = file.size() - present;
        long room;
        try {
            FileStore store = Files.getFileStore(incomplete);
            room = store.getTotalSpace() > 0 ? store.getUsableSpace() : Long.MAX_VALUE;
        } catch (IOException e) {
            // In some containers there is no telling; then writing tells.
            System.getLogger(FileDownload.class.getName())
                    .log(System.Logger.Level.DEBUG, "no file store of " + incomplete, e);
            return;
        }
        if (room < missing) {
            throw new HubException(
                    HubException.Kind.DISK,
                    String.format(
                            Locale.ROOT,
                            "%s: %s: expected %,d bytes of room in %s, found %,d; free some, or set HF_HUB_CACHE to another disk",
                            reference.repo(),
                            file.path(),
                            missing,
                            incomplete.getParent(),
                            room));
        }
    }

    private void receive(FileChannel channel) throws IOException {
        Attempts attempts = new Attempts(what(), settings.patience(), listener);
        while (!isComplete(channel)) {
            long before = present;
            try (Answer answer = ask()) {
                if (answer.status() == 200 || answer.status() == 206) {
                    checkEtag(answer);
                    place(channel, answer);
                    before = present;
                    copy(channel, answer);
                } else if (answer.status() == 416) {
                    startAnew(channel);
                    throw new IOException("the range of bytes was refused (416)");
                } else if (Attempts.worthAnother(answer.status())) {
                    attempts.again(answer);
                } else {
                    throw client.refusal(answer, reference, file.path());
                }
            } catch (HubException | InterruptedIOException e) {
                if (e instanceof HubException || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                next(attempts, before, e);
            } catch (IOException e) {
                next(attempts, before, e);
            }
        }
    }

    private void next(Attempts attempts, long before, IOException failure) throws IOException {
        if (present - before >= LEAST_PROGRESS) {
            attempts.progressed();
        }
        attempts.again(failure);
    }

    /** Whether everything is there and right; what is there and wrong is thrown away. */
    private boolean isComplete(FileChannel channel) throws IOException {
        if (present < file.size()) {
            return false;
        }
        String found = ContentHash.of(channel, file);
        if (found.equals(file.etag())) {
            return true;
        }
        if (!ownFromTheStart) {
            // Somebody else's beginning may not have been this file's.
            listener.waiting(what() + ": what was left of an earlier download is wrong; begun anew");
            startAnew(channel);
            return false;
        }
        Files.delete(incomplete);
        throw new HubException(
                HubException.Kind.CORRUPT,
                what() + ": expected " + (file.isLfs() ? "SHA-256 " : "Git's SHA-1 ") + file.etag() + ", found " + found
                        + "; the download is deleted, pull again");
    }

    private Answer ask() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Accept-Encoding", "identity");
        if (present > 0) {
            headers.put("Range", "bytes=" + present + "-");
            // Only who gave the etag knows it; a CDN has others than the hub.
            validator.ifPresent(known -> headers.put("If-Range", known.etag()));
        }
        URI location = client.location(reference.repo(), reference.revision(), file.path());
        return client.http().get(location, headers);
    }

    /** The hub itself says what it is about to send, or to have sent. */
    private void checkEtag(Answer answer) throws HubException {
        Optional<String> linked = answer.hubHeader("X-Linked-Etag").map(HubClient::bare);
        if (linked.isPresent() && !linked.get().equals(file.etag())) {
            throw new HubException(
                    HubException.Kind.CORRUPT,
                    what() + ": expected the content " + file.etag() + ", the hub offers " + Shown.text(linked.get())
                            + "; pull again");
        }
    }

    /** Makes the disk ready for what the answer brings: the rest, or everything again. */
    private void place(FileChannel channel, Answer answer) throws IOException {
        Optional<String> etag = answer.header("ETag").filter(text -> !text.startsWith("W/"));
        Optional<Validator> given = etag.map(text -> new Validator(answer.uri(), text));
        boolean changed = validator.isPresent()
                && given.isPresent()
                && validator
                        .get()
                        .server()
                        .getAuthority()
                        .equals(given.get().server().getAuthority())
                && !validator.get().etag().equals(given.get().etag());
        validator = given;
        long begin = 0;
        long total;
        if (answer.status() == 206) {
            Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
            if (!range.matches()) {
                throw new HubException(
                        HubException.Kind.SERVER,
                        what() + ": expected to be told which bytes come, found Content-Range '"
                                + Shown.text(answer.header("Content-Range").orElse("")) + "'");
            }
            begin = Long.parseLong(range.group(1));
            total = range.group(3).equals("*") ? file.size() : Long.parseLong(range.group(3));
        } else {
            total = answer.header("Content-Length")
                    .filter(text -> text.matches("\\d{1,18}"))
                    .map(Long::parseLong)
                    .orElse(file.size());
        }
        if (total != file.size()) {
            throw new HubException(
                    HubException.Kind.CORRUPT,
                    String.format(
                            Locale.ROOT,
                            "%s: expected %,d bytes, %s offers %,d; pull again",
                            what(),
                            file.size(),
                            answer.uri().getHost(),
                            total));
        }
        if (answer.status() == 206 && (changed || begin != present)) {
            startAnew(channel);
            throw new IOException("the content changed on the way");
        }
        if (begin != present) {
            startAnew(channel);
        }
    }

    private void copy(FileChannel channel, Answer answer) throws IOException {
        for (Optional<ByteBuffer> piece = answer.body().next();
                piece.isPresent();
                piece = answer.body().next()) {
            ByteBuffer bytes = piece.get();
            if (present + bytes.remaining() > file.size()) {
                Files.delete(incomplete);
                throw new HubException(
                        HubException.Kind.CORRUPT,
                        what() + ": expected " + file.size()
                                + " bytes, more came; the download is deleted, pull again");
            }
            write(channel, bytes);
            listener.progress(file, present);
        }
        if (present < file.size()) {
            throw new IOException("ended after " + present + " of " + file.size() + " bytes");
        }
    }

    private void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        try {
            // Older versions of Python's client append to the same file, under a lock of another kind.
            if (channel.size() != present && present > 0) {
                throw new HubException(
                        HubException.Kind.DISK,
                        incomplete + ": another program is writing to it; let that finish, then pull again");
            }
            while (bytes.hasRemaining()) {
                present += channel.write(bytes, present);
            }
        } catch (HubException e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void force(FileChannel channel) throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void startAnew(FileChannel channel) throws IOException {
        try {
            channel.truncate(0);
        } catch (IOException e) {
            throw unwritable(e);
        }
        present = 0;
        ownFromTheStart = true;
        listener.progress(file, present);
    }

    private HubException unwritable(IOException e) {
        return new HubException(
                HubException.Kind.DISK,
                what() + ": can't write to " + incomplete + ": "
                        + FileFailure.reason(e, incomplete.toString())
                        + "; make room or set HF_HUB_CACHE to another disk, then pull again: what is here already is kept",
                e);
    }

    private String what() {
        return reference.repo() + ": " + file.path();
    }
}
