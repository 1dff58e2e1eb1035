package org.clipjava.examples.spring;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.clipjava.Classification;
import org.clipjava.Embedding;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageFormatException;
import org.clipjava.spring.ClipEncoder;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

@RestController
class PicturesController {
    private final ClipEncoder encoder;
    private final Map<String, Embedding> pictures = new ConcurrentHashMap<>();

    PicturesController(ClipEncoder encoder) {
        this.encoder = encoder;
    }

    @PostMapping("/classify")
    List<Classification.Score> classify(@RequestParam MultipartFile picture, @RequestParam List<String> labels)
            throws IOException {
        ZeroShotClassifier classifier = ZeroShotClassifier.of(encoder.clip(), labels);
        return classifier
                .classify(encoder.decode(picture.getBytes(), "picture"))
                .scores();
    }

    @PostMapping("/pictures")
    void add(@RequestParam MultipartFile picture, @RequestParam String name) throws IOException {
        pictures.put(
                name,
                encoder.images(List.of(encoder.decode(picture.getBytes(), name)))
                        .getFirst());
    }

    @GetMapping("/pictures")
    List<String> find(@RequestParam String words) {
        Embedding text = encoder.texts(List.of(words)).getFirst();
        return pictures.entrySet().stream()
                .sorted(Comparator.comparingDouble(
                        picture -> -picture.getValue().cosine(text)))
                .limit(3)
                .map(Map.Entry::getKey)
                .toList();
    }

    @ExceptionHandler({ImageFormatException.class, IllegalArgumentException.class})
    ProblemDetail refuse(Exception e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
}
