package org.clipjava.eval.locate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.clipjava.eval.DatasetException;
import org.clipjava.eval.PictureFolder;
import org.clipjava.locate.Box;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads boxes as Pascal VOC has them: an XML file for each picture. */
record VocFolder(Path folder) {
    static final String ANNOTATIONS = "Annotations";
    private static final String MASKS = "SegmentationClass";
    private static final String END = ".xml";
    private static final long LARGEST = 16 << 20;

    /** VOC's own, whose numbers in masks begin with 1. */
    private static final List<String> CLASSES = List.of(("aeroplane bicycle bird boat bottle bus car cat chair cow"
                    + " diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor")
            .split(" "));

    /** A thing whose label has no index yet. */
    private record Named(String label, Box box) {}

    private record Annotation(Path picture, List<Named> things, Optional<Path> mask) {}

    static LocatedPictures read(Path folder) throws IOException {
        return new VocFolder(folder).read();
    }

    private LocatedPictures read() throws IOException {
        Path files = folder.resolve(ANNOTATIONS);
        List<Path> sorted;
        try (Stream<Path> all = Files.list(files)) {
            sorted = all.filter(file -> file.toString().endsWith(END)).sorted().toList();
        }
        List<Annotation> annotations = new ArrayList<>();
        SortedSet<String> names = new TreeSet<>();
        for (Path file : sorted) {
            Annotation annotation = annotation(file);
            annotation.things.forEach(thing -> names.add(thing.label));
            annotations.add(annotation);
        }
        if (names.isEmpty()) {
            throw new DatasetException(files + ": expected at least one file NAME.xml with an object in it, found "
                    + sorted.size() + " files without");
        }
        List<String> labels = labels(names, annotations.stream().anyMatch(one -> one.mask.isPresent()));
        List<LocatedPicture> pictures = new ArrayList<>();
        for (Annotation one : annotations) {
            List<LocatedPicture.Thing> things = one.things.stream()
                    .map(thing -> new LocatedPicture.Thing(labels.indexOf(thing.label), thing.box))
                    .toList();
            pictures.add(new LocatedPicture(one.picture, things, one.mask));
        }
        return new LocatedPictures(
                labels, IntStream.rangeClosed(1, labels.size()).boxed().toList(), pictures);
    }

    /** In the order of their numbers in masks. */
    private List<String> labels(SortedSet<String> names, boolean haveMasks) throws IOException {
        Path file = folder.resolve(MaskFolder.LABELS);
        if (Files.exists(file)) {
            List<String> labels = MaskFolder.labels(folder);
            for (String name : names) {
                if (!labels.contains(name)) {
                    throw new DatasetException(file + ": expected every label of " + ANNOTATIONS + ", found no " + name
                            + "; add a line for it");
                }
            }
            return labels;
        }
        if (CLASSES.containsAll(names)) {
            return CLASSES;
        }
        if (haveMasks) {
            throw new DatasetException(folder + ": expected " + MaskFolder.LABELS + ", for " + MASKS
                    + " has numbers, and the labels are not VOC's own; write one label a line, that of number 1 first");
        }
        return List.copyOf(names);
    }

    private Annotation annotation(Path file) throws IOException {
        Element root = parse(file);
        List<Named> things = new ArrayList<>();
        for (Element object : children(root, "object")) {
            Element box = child(file, object, "bndbox");
            int left = (int) Math.floor(number(file, box, "xmin"));
            int top = (int) Math.floor(number(file, box, "ymin"));
            int right = (int) Math.ceil(number(file, box, "xmax"));
            int bottom = (int) Math.ceil(number(file, box, "ymax"));
            String label = text(child(file, object, "name"));
            if (left < 0 || top < 0 || right < Math.max(1, left) || bottom < Math.max(1, top)) {
                throw new DatasetException(file + ": expected a bndbox of at least one pixel, found " + left + ", "
                        + top + ", " + right + ", " + bottom + " of " + label);
            }
            // the first pixel is 1, 1 and the last one belongs to the box
            things.add(new Named(label, new Box(Math.max(0, left - 1), Math.max(0, top - 1), right, bottom)));
        }
        String own = String.valueOf(file.getFileName());
        String name = own.substring(0, own.length() - END.length());
        Path mask = folder.resolve(MASKS).resolve(name + ".png");
        return new Annotation(
                picture(file, root, name), things, Optional.of(mask).filter(Files::exists));
    }

    /** Some tools write another machine's path as the name. */
    private Path picture(Path file, Element root, String name) throws DatasetException {
        String named = text(child(file, root, "filename"));
        String last = named.substring(Math.max(named.lastIndexOf('/'), named.lastIndexOf('\\')) + 1);
        String picture = last.contains(".") ? last : name + ".jpg";
        if (!PictureFolder.isPicture(Path.of(picture))) {
            throw new DatasetException(file + ": expected the name of a picture, found filename " + named);
        }
        Path inside = folder.resolve("JPEGImages").resolve(picture);
        return Files.exists(inside) ? inside : folder.resolve(picture);
    }

    /** No document type and so no entity: nothing is read but the file, and nothing in it grows. */
    private static Element parse(Path file) throws IOException {
        long size = Files.size(file);
        if (size > LARGEST) {
            throw new DatasetException(file + ": expected at most " + LARGEST + " bytes, found " + size);
        }
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Refusal());
            Element root = builder.parse(new ByteArrayInputStream(Files.readAllBytes(file)))
                    .getDocumentElement();
            if (!root.getTagName().equals("annotation")) {
                throw new DatasetException(
                        file + ": expected an annotation as Pascal VOC has it, found " + root.getTagName());
            }
            return root;
        } catch (SAXParseException e) {
            throw new DatasetException(
                    file + ": line " + e.getLineNumber() + ": not XML as Pascal VOC has it: " + e.getMessage(), e);
        } catch (SAXException e) {
            throw new DatasetException(file + ": not XML as Pascal VOC has it: " + e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java can read XML safely", e);
        }
    }

    /** The parser's own writes to stderr. */
    private static final class Refusal implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            // a warning is no reason to refuse a file
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < parent.getChildNodes().getLength(); i++) {
            Node node = parent.getChildNodes().item(i);
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static Element child(Path file, Element parent, String name) throws DatasetException {
        List<Element> found = children(parent, name);
        if (found.size() != 1) {
            throw new DatasetException(
                    file + ": expected one " + name + " in " + parent.getTagName() + ", found " + found.size());
        }
        return found.getFirst();
    }

    private static String text(Element element) {
        return element.getTextContent().strip();
    }

    private static double number(Path file, Element parent, String name) throws DatasetException {
        String text = text(child(file, parent, name));
        try {
            double number = Double.parseDouble(text);
            if (Math.abs(number) < 1e9) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new DatasetException(file + ": expected a number in " + name + ", found " + text, e);
        }
        throw new DatasetException(file + ": expected a number of pixels in " + name + ", found " + text);
    }
}
