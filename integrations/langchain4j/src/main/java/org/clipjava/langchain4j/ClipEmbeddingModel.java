package org.clipjava.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ContentType;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.NoDirectionException;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageFormatException;
import org.clipjava.image.RgbImage;

/**
 * Embeds texts and pictures into one space, in this process: pictures are found by words, in any of LangChain4j's stores.
 *
 * {@snippet :
 * EmbeddingModel model = ClipEmbeddingModel.of(clip);
 * EmbeddingRequest request = EmbeddingRequest.builder()
 *         .input(ImageContent.from(Path.of("snail.png"), "image/png"))
 *         .input("a snail")
 *         .build();
 * model.embed(request).embeddings();
 * }
 *
 * <p>Each input is one text or one picture. A picture is given as base64 or as a {@code data:} address; other addresses are
 * refused unless {@link #withAddresses} allows them. Embeddings have length 1. Thread-safe; the {@link Clip} stays the caller's to close.
 */
public final class ClipEmbeddingModel implements EmbeddingModel {
    private final Clip clip;
    private final Optional<PictureAddresses> addresses;

    private ClipEmbeddingModel(Clip clip, Optional<PictureAddresses> addresses) {
        this.clip = clip;
        this.addresses = addresses;
    }

    /** The model that an open {@link Clip} is. */
    public static ClipEmbeddingModel of(Clip clip) {
        return new ClipEmbeddingModel(clip, Optional.empty());
    }

    /** The same, but pictures may be given by addresses too. */
    public ClipEmbeddingModel withAddresses(PictureAddresses allowed) {
        return new ClipEmbeddingModel(clip, Optional.of(allowed));
    }

    /**
     * Embeds the inputs, in their order.
     *
     * @throws InvalidRequestException if an input is neither one text nor one picture, or a picture can't be read or fetched
     */
    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        List<EmbeddingInput> inputs = request.inputs();
        List<String> texts = new ArrayList<>();
        List<RgbImage> pictures = new ArrayList<>();
        List<Boolean> isText = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            String name = "input " + (i + 1);
            Content content = only(inputs.get(i), name);
            switch (content) {
                case TextContent text -> texts.add(text.text());
                case ImageContent picture -> pictures.add(picture(picture.image(), name));
                default ->
                    throw new InvalidRequestException(name + ": expected a text or a picture, found " + content.type());
            }
            isText.add(content instanceof TextContent);
        }
        List<Embedding> ofTexts = clip.encodeTexts(texts);
        List<Embedding> ofPictures = clip.encodeImages(pictures);
        List<dev.langchain4j.data.embedding.Embedding> embeddings = new ArrayList<>();
        int text = 0;
        int picture = 0;
        for (int i = 0; i < inputs.size(); i++) {
            Embedding embedding = isText.get(i) ? ofTexts.get(text++) : ofPictures.get(picture++);
            embeddings.add(dev.langchain4j.data.embedding.Embedding.from(direction(embedding, "input " + (i + 1))));
        }
        return EmbeddingResponse.builder()
                .embeddings(embeddings)
                .modelName(modelName())
                .build();
    }

    private static Content only(EmbeddingInput input, String name) {
        if (input.contents().size() != 1) {
            throw new InvalidRequestException(name + ": expected one text or one picture, found "
                    + input.contents().size() + "; give each an input of its own");
        }
        return input.contents().getFirst();
    }

    private static float[] direction(Embedding embedding, String name) {
        try {
            return embedding.normalized().toArray();
        } catch (NoDirectionException e) {
            throw new InvalidRequestException(name + ": " + e.getMessage(), e);
        }
    }

    private RgbImage picture(Image image, String name) {
        try (EncodedImage encoded = EncodedImage.of(bytes(image, name), name)) {
            return clip.imageDecoder().decodeFor(encoded, clip.preprocessor());
        } catch (ImageFormatException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new InvalidRequestException(name + ": can't be read: " + e.getMessage(), e);
        }
    }

    private byte[] bytes(Image image, String name) throws IOException {
        Optional<String> base64 = Optional.ofNullable(image.base64Data());
        if (base64.isPresent()) {
            return decoded(base64.get(), name);
        }
        URI address = Optional.ofNullable(image.url())
                .orElseThrow(() -> new InvalidRequestException(name + ": a picture without data and without address"));
        if ("data".equalsIgnoreCase(address.getScheme())) {
            String data = address.getSchemeSpecificPart();
            int comma = data.indexOf(',');
            if (comma < 0 || !data.substring(0, comma).endsWith(";base64")) {
                throw new InvalidRequestException(
                        name + ": expected data:image/...;base64,..., found another data: address");
            }
            return decoded(data.substring(comma + 1), name);
        }
        return addresses
                .orElseThrow(() -> new InvalidRequestException(name + ": addresses of pictures are not fetched; give"
                        + " the bytes as base64, or allow hosts by ClipEmbeddingModel.withAddresses"))
                .fetch(address);
    }

    private static byte[] decoded(String base64, String name) {
        try {
            return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(name + ": a picture that is no base64: " + e.getMessage(), e);
        }
    }

    /** Texts and pictures. */
    @Override
    public Set<ContentType> supportedContentTypes() {
        return Set.of(ContentType.TEXT, ContentType.IMAGE);
    }

    /** The type of input is taken and makes no difference: CLIP embeds what is sought as it embeds what is found. */
    @Override
    public Set<EmbeddingParameter<?>> supportedParameters() {
        return Set.of(EmbeddingRequestParameters.INPUT_TYPE);
    }

    @Override
    public int dimension() {
        return clip.config().embedDim();
    }

    @Override
    public String modelName() {
        return clip.info().id().orElse("clip");
    }
}
