package org.clipjava.hub;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clipjava.hub.Transport.Answer;
import org.clipjava.io.Shown;

/** The hub's questions and answers. */
final class HubClient implements Closeable {
    /** A repository of tens of thousands of files; no checkpoint's is larger. */
    private static final int LONGEST_LIST = 16 << 20;

    private final HubSettings settings;
    private final DownloadListener listener;
    private final Transport http;

    HubClient(HubSettings settings, DownloadListener listener) throws HubException {
        this.settings = settings;
        this.listener = listener;
        this.http = new Transport(settings);
    }

    Transport http() {
        return http;
    }

    /** The commit that a reference means now, and its files. */
    Revision revision(RepoReference reference) throws IOException {
        URI uri = URI.create(settings.endpoint() + "/api/models/" + reference.repo() + "/revision/"
                + encoded(reference.revision()) + "?blobs=true");
        Attempts attempts = new Attempts(reference.toString(), settings.patience(), listener);
        while (true) {
            try (Answer answer = http.get(uri, Map.of("Accept", "application/json"))) {
                if (answer.status() == 200) {
                    return parse(reference, answer);
                }
                if (!Attempts.worthAnother(answer.status())) {
                    throw refusal(answer, reference, "");
                }
                attempts.again(answer);
            } catch (IOException e) {
                attempts.again(e);
            }
        }
    }

    private static Revision parse(RepoReference reference, Answer answer) throws IOException {
        byte[] json = answer.body()
                .readAll(LONGEST_LIST)
                .orElseThrow(() -> new HubException(
                        HubException.Kind.SERVER,
                        reference + ": expected a list of files of at most " + LONGEST_LIST + " bytes, found more"));
        Revision revision;
        try {
            revision = RevisionParser.parse(reference.repo(), json);
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    HubException.Kind.SERVER,
                    reference + ": the hub's list of files: " + e.getMessage() + "; is " + Transport.shown(answer.uri())
                            + " a Hugging Face hub?",
                    e);
        }
        if (reference.isPinned() && !revision.commit().equals(reference.revision())) {
            throw new HubException(
                    HubException.Kind.SERVER,
                    reference + ": expected that commit, the hub answers with " + revision.commit());
        }
        return revision;
    }

    /** Where a file's content is. */
    URI location(RepoId repo, String commit, String path) {
        String encodedPath =
                Arrays.stream(path.split("/", -1)).map(HubClient::encoded).collect(Collectors.joining("/"));
        return URI.create(settings.endpoint() + "/" + repo + "/resolve/" + commit + "/" + encodedPath);
    }

    /** Size and hash of a file from its headers, for a hub whose list does not have them. */
    RepoFile describe(Revision revision, String path) throws IOException {
        String what = revision.repo() + ": " + path;
        Attempts attempts = new Attempts(what, settings.patience(), listener);
        while (true) {
            try (Answer answer = http.head(location(revision.repo(), revision.commit(), path))) {
                if (answer.status() < 400) {
                    return describe(path, answer, what);
                }
                if (!Attempts.worthAnother(answer.status())) {
                    throw refusal(answer, new RepoReference(revision.repo(), revision.commit()), path);
                }
                attempts.again(answer);
            } catch (IOException e) {
                attempts.again(e);
            }
        }
    }

    private static RepoFile describe(String path, Answer answer, String what) throws HubException {
        Optional<String> etag =
                answer.header("X-Linked-Etag").or(() -> answer.header("ETag")).map(HubClient::bare);
        Optional<String> size = answer.header("X-Linked-Size").or(() -> answer.header("Content-Length"));
        try {
            return new RepoFile(path, Long.parseLong(size.orElse("")), etag.orElse(""));
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    HubException.Kind.SERVER,
                    what + ": expected its size and hash from the hub, found size '" + Shown.text(size.orElse(""))
                            + "' and ETag '" + Shown.text(etag.orElse("")) + "'",
                    e);
        }
    }

    /** An ETag without its quotes. */
    static String bare(String etag) {
        return etag.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
    }

    /** Why the hub says no, and what helps. */
    HubException refusal(Answer answer, RepoReference reference, String path) {
        String what = path.isEmpty() ? reference.toString() : reference.repo() + ": " + path;
        String code = answer.hubHeader("X-Error-Code").orElse("");
        boolean hasToken = settings.token().isPresent();
        int status = answer.status();
        if (code.equals("GatedRepo") || status == 403) {
            return new HubException(
                    HubException.Kind.DENIED,
                    what + ": the hub allows it only to those who have agreed to its terms or may read it (" + status
                            + "); agree at "
                            + settings.endpoint() + "/" + reference.repo()
                            + (hasToken
                                    ? " with the account of your token"
                                    : " and set HF_TOKEN, a token from " + settings.endpoint() + "/settings/tokens"));
        }
        if (status == 407) {
            return new HubException(
                    HubException.Kind.NETWORK,
                    what
                            + ": the proxy wants a login (407); put it into HTTPS_PROXY as"
                            + " http://USER:PASSWORD@HOST:PORT, and set "
                            + "CLIP_JAVA_OPTS=-Djdk.http.auth.tunneling.disabledSchemes=");
        }
        if (status == 401) {
            // The hub answers so for what does not exist, too: it does not say which.
            return new HubException(
                    hasToken ? HubException.Kind.DENIED : HubException.Kind.NOT_FOUND,
                    what + ": "
                            + (hasToken
                                    ? "the hub does not accept the token (401); renew HF_TOKEN, or check the name"
                                    : "no such repository, or a private one (401); check the name, or set HF_TOKEN"));
        }
        if (status == 404 || status == 410) {
            String missing = switch (code) {
                case "RevisionNotFound" -> "no such revision; expected a branch, a tag or a whole commit";
                case "EntryNotFound" -> "no such file there any more";
                default ->
                    path.isEmpty() ? "no such repository or revision; check the name" : "no such file there any more";
            };
            return new HubException(HubException.Kind.NOT_FOUND, what + ": " + missing + " (" + status + ")");
        }
        return new HubException(
                HubException.Kind.SERVER,
                what + ": unexpected answer " + status + " from " + Transport.shown(answer.uri()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
    }
}
