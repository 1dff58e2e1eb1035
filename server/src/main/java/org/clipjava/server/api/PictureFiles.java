package org.clipjava.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Pattern;
import org.clipjava.index.FileStamp;
import org.clipjava.index.IndexedPicture;
import org.clipjava.index.PictureIndex;
import org.clipjava.io.Shown;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;

/** The pictures of an index as files, by their ids. A file that is another than the index has seen is not given out. */
final class PictureFiles {
    private static final System.Logger LOGGER = System.getLogger(PictureFiles.class.getName());

    private static final Pattern ID = Pattern.compile("[0-9a-f]{24}");

    /** Runs nothing, should a browser take it for a page. */
    private static final String POLICY = "default-src 'none'; sandbox";

    private static final String A_MINUTE = "private, max-age=60";

    private final PictureIndex index;

    PictureFiles(PictureIndex index) {
        this.index = index;
    }

    /**
     * The picture of an id.
     *
     * @throws ApiException 404
     */
    IndexedPicture known(String id) throws IOException {
        Optional<IndexedPicture> known = ID.matcher(id).matches() ? index.picture(id) : Optional.empty();
        return known.orElseThrow(() -> unknown(id));
    }

    private static ApiException unknown(String id) {
        return ApiException.of(
                404,
                "picture_not_found",
                "no picture of the index has the id " + Shown.quoted(id) + "; take one that /v1/search gives");
    }

    Answer thumbnail(String id) throws IOException {
        IndexedPicture picture = known(id);
        byte[] thumbnail = index.thumbnail(picture.id()).orElseThrow(() -> unknown(id));
        return asPicture(Answer.of(200, "image/jpeg", thumbnail));
    }

    /** The file, if it is the one that was indexed still. */
    Answer original(String id) throws IOException {
        IndexedPicture picture = known(id);
        try {
            SeekableByteChannel channel = Files.newByteChannel(picture.stamp().file(), StandardOpenOption.READ);
            try {
                if (!FileStamp.of(picture.stamp().file()).equals(picture.stamp())) {
                    throw gone(picture);
                }
                InputStream in = Channels.newInputStream(channel);
                String type = PictureType.of(in.readNBytes(PictureType.HEAD));
                channel.position(0);
                Answer.Streamed streamed =
                        new Answer.Streamed(in, picture.stamp().bytes());
                return asPicture(Answer.of(200, type, streamed));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "the file of " + picture.id(), e);
            throw gone(picture);
        }
    }

    private static ApiException gone(IndexedPicture picture) {
        return ApiException.of(
                404, "picture_gone", "the file of " + picture.id() + " has changed or is gone; run clip index again");
    }

    private static Answer asPicture(Answer answer) {
        return answer.with("content-security-policy", POLICY)
                .with("cross-origin-resource-policy", "same-origin")
                .with("cache-control", A_MINUTE);
    }
}
