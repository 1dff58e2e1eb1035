package org.clipjava.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import org.clipjava.bench.Compare.DisagreementException;
import org.clipjava.bench.Options.UsageException;

/** The commands of vectorbench.jar. */
public final class VectorBench {
    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;

    private static final String USAGE = """
            usage: java -jar vectorbench.jar COMMAND ...

              compare --model MODEL --onnx DIR [--threads 1,2] [--cases image1,image8,image32,text10,text1000x7]
                      [--load N] [--repetitions N | --seconds S] [--warm-up S] [--json FILE]
                  The engine against ONNX Runtime, in turn, on the same weights. DIR has vision.onnx (pixel_values to
                  image_embeds) and text.onnx (input_ids to text_embeds). Refuses where outputs differ by more than 1e-3.
                  Each case runs for S seconds (20) and at least 7 rounds, or for N rounds. With --load, another program
                  of N threads that never rest is beside both.
                  With --dtype int8 or bf16 and --exact F32MODEL, MODEL is of that type and runs in machine code, and both
                  programs' least cosine to F32MODEL is shown. DIR's graphs are for int8 what quantize_onnx.py made of
                  the same weights, for bf16 those of f32.

              kernels [--model MODEL] [--threads 1] [--batch 1,8] [--weights f32|f16|bf16|q8|int8] [--seconds S]
                      [--kernels vector|scalar]
                  Each kernel at the model's shapes (ViT-B/32's without one), in GFLOP/s and % of the measured FMA peak,
                  and where the time of a picture's forward pass goes. S seconds (0.5) a kernel.

              growth --model MODEL -o FILE.svg [--json FILE] [--repetitions 9] [--warm-up S]
                  How cost grows with pictures, labels, threads, tokens and the size of a picture, as a drawing.

              jpeg --pictures DIR [--repetitions 15] [--warm-up S]
                  The folder's JPEGs decoded to RGB by the engine and by ImageIO.read, in turn; processor time.

              patches --model MODEL [--repetitions 15] [--warm-up S] [--side 2667] [--large-repetitions 3]
                  A pass for the patches by each method against a usual pass, in turn, and a photo of 3 to 2 with that
                  short side in tiles, through windows and at once; processor time of one thread.

              onnx --onnx DIR --model MODEL --labels a,b,c --picture FILE [--threads N]
                  A minimal classify on ONNX Runtime, to be held against clip.jar's when the whole process counts.

              serve --model MODEL [--onnx DIR] [--pictures DIR] [--repetitions 7] [--seconds 20] [--warm-up 20] [--steady 60]
                    [--overload 60] [--idle S] [--queue 256] [--java-options "…"] [--json FILE]
                  The server under load, on this machine: pictures a second beside the bare engine and beside a minimal
                  server on ONNX Runtime (DIR has vision.onnx), in turns of S seconds; how late at 70 % of its rate; three
                  times its rate, and afterwards; and the first answer after S seconds without a request. A table in
                  Markdown. Pictures are generated without DIR.

              serve-load --url URL --pictures DIR --rate R [--seconds S] [--key KEY]
                  R requests a second for S seconds (30) to a server that speaks OpenAI's embeddings, each of one of the
                  folder's pictures; how many it answers, and how late.

              serve-start --jar CLIP.JAR [--repetitions 11]
                  From the start of clip.jar's server, on the built-in model, to its first answer.

              first --model FILE [--calls 6] [--repetitions 5]
                  The first pictures of a program that has just been started, with each choice of kernels.

              search -o FILE.svg [--thousands 1,10,100] [--components 512] [--quantised yes] [--json FILE]
                     [--repetitions 100] [--unchanged N --model MODEL]
                  How searches in an index grow with its vectors, which lie in clusters: time, recall, size and memory; as
                  a drawing. --unchanged: also the time of a second run over N files that have not changed.

              lookup [--model MODEL [--pictures DIR]] [--settings 8/12,8/8,...] [--batch 1,8] [--repetitions 9] [--warm-up S]
                  Linear layers by table lookup against the engine's in f32, in turn, on one thread, at the model's shapes
                  (ViT-B/32's without one): speed, error, and the least cosine of the model's image tower with them. A
                  setting is bits of a weight / bits of a table's entry.

              jmh [ARGUMENTS OF JMH]
                  JMH's benchmarks of the kernels; jmh -h says more.
            """;

    private VectorBench() {}

    public static void main(String[] args) throws Exception {
        int code = run(Arrays.asList(args), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs a command; what the process should end with. */
    static int run(List<String> args, PrintStream out, PrintStream err) throws Exception {
        if (args.isEmpty()) {
            err.print(USAGE);
            return USAGE_ERROR;
        }
        List<String> rest = args.subList(1, args.size());
        try {
            switch (args.getFirst()) {
                case "compare" -> new Compare(CompareOptions.parse(rest), out).run();
                case "kernels" -> new KernelRates(KernelOptions.parse(rest), out).run();
                case "growth" -> new Growth(GrowthOptions.parse(rest), out).run();
                case "jpeg" -> JpegRates.parse(rest, out).run();
                case "patches" -> PatchRates.parse(rest, out).run();
                case "onnx" -> OnnxClassify.parse(rest, out).run();
                case "serve" -> new ServeRates(ServeOptions.parse(rest), out).run();
                case "serve-load" -> ServeLoad.parse(rest, out).run();
                case "serve-start" -> ServeStart.parse(rest, out).run();
                case "first" -> FirstCalls.parse(rest, out).run();
                case "search" -> new SearchGrowth(SearchOptions.parse(rest), out).run();
                case "lookup" -> LookupRates.parse(rest, out).run();
                case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
                case "help", "--help", "-h" -> out.print(USAGE);
                default ->
                    throw new UsageException(
                            "unknown command '" + args.getFirst()
                                    + "'; expected compare, kernels, growth, jpeg, patches, onnx, serve, serve-load, serve-start, first, search, lookup, jmh or help");
            }
            return 0;
        } catch (UsageException e) {
            err.println("vectorbench: " + e.getMessage());
            return USAGE_ERROR;
        } catch (NoSuchFileException e) {
            err.println("vectorbench: " + e.getFile() + ": no such file"
                    + (e.getReason() == null ? "" : "; " + e.getReason()));
            return FAILURE;
        } catch (IOException | OrtException | DisagreementException e) {
            err.println("vectorbench: " + e.getMessage());
            return FAILURE;
        }
    }
}
