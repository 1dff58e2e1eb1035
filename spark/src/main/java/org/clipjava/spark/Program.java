package org.clipjava.spark;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.clipjava.io.Shown;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** A command; what goes wrong is one line on stderr and the exit code. */
interface Program extends Callable<Integer> {
    /** Whether the trace of an error is wanted. */
    boolean debug();

    /** Runs it; its exit code. */
    static int run(Program program, String[] args, PrintStream out, PrintStream err) {
        return new CommandLine(program)
                .setExpandAtFiles(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, unusedArgs) -> report(
                        JobFailure.usage(e.getMessage() + didYouMean(e) + "; see "
                                + e.getCommandLine().getCommandName() + " --help"),
                        program.debug(),
                        err))
                .setExecutionExceptionHandler((e, unusedCommand, unusedResult) -> report(e, program.debug(), err))
                .execute(args);
    }

    /** The option that was meant, if picocli finds one that is like it. */
    private static String didYouMean(CommandLine.ParameterException e) {
        return e instanceof CommandLine.UnmatchedArgumentException unmatched && unmatched.isUnknownOption()
                ? unmatched.getSuggestions().stream()
                        .findFirst()
                        .map(name -> "; did you mean " + name + "?")
                        .orElse("")
                : "";
    }

    static void say(PrintStream err, String message) {
        err.println("clip-spark: " + Shown.line(message));
    }

    private static int report(Throwable thrown, boolean debug, PrintStream err) {
        JobFailure failure = failure(thrown);
        say(
                err,
                failure.getMessage()
                        + (failure.exitCode() == JobFailure.ExitCode.INTERNAL && !debug
                                ? "; --debug shows the trace"
                                : ""));
        if (debug) {
            thrown.printStackTrace(err);
        }
        return failure.exitCode().code();
    }

    private static JobFailure failure(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof JobFailure failure) {
                return failure;
            }
            if (cause instanceof UnusableModelException model) {
                return new JobFailure(JobFailure.ExitCode.BAD_MODEL, model.getMessage(), thrown);
            }
        }
        String message = String.valueOf(thrown.getMessage());
        if (thrown instanceof AnalysisException || thrown instanceof IllegalArgumentException) {
            // A table or a folder that is not there, a column that is missing: the first line says it.
            return new JobFailure(JobFailure.ExitCode.USAGE, firstLine(message), thrown);
        }
        if (thrown instanceof SparkException && message.contains("master URL must be set")) {
            return new JobFailure(
                    JobFailure.ExitCode.USAGE,
                    "no Spark to run on; start it with spark-submit, or give Java -Dspark.master=local[*]",
                    thrown);
        }
        return new JobFailure(JobFailure.ExitCode.INTERNAL, firstLine(thrown.toString()), thrown);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
