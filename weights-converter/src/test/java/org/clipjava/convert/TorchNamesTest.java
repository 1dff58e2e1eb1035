package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clipjava.convert.PickleValue.Sequence;
import org.clipjava.convert.PickleValue.Text;
import org.clipjava.convert.PickleValue.Tuple;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchNamesTest {
    private final TorchNames names =
            new TorchNames((expected, found) -> new ModelFormatException("expected " + expected + ", found " + found));

    @ParameterizedTest
    @CsvSource({
        "collections, OrderedDict",
        "torch._utils, _rebuild_tensor_v2",
        "torch._utils, _rebuild_parameter",
        "torch, FloatStorage",
        "torch.jit._pickle, build_intlist",
        "torch.jit._pickle, restore_type_tag",
        "__torch__, Model",
        "__torch__.clip.model, CLIP"
    })
    void knowsWhatAStateDictNeeds(String module, String name) throws ModelFormatException {
        assertEquals(module + "." + name, names.global(module, name).fullName());
    }

    @ParameterizedTest
    @CsvSource({
        "collections, Counter",
        "torch._utils, _rebuild_anything",
        "torch, load",
        "torch.jit._pickle, build_everything",
        "__torch__x, Model",
        "x__torch__., Model",
        "os, system"
    })
    void knowsNoOtherName(String module, String name) {
        String message = assertThrows(ModelFormatException.class, () -> names.global(module, name))
                .getMessage();
        assertEquals(
                "expected the names of a state dict, found the global " + module + "." + name
                        + ", which one does not need",
                message);
    }

    @Test
    void saysHowToSaveAModelThatWasSavedAsAWhole() {
        assertTrue(assertThrows(ModelFormatException.class, () -> names.global("torch.nn.modules.linear", "Linear"))
                .getMessage()
                .endsWith("; save the model's state_dict(), not the model"));
    }

    @Test
    void aScriptsFunctionsGiveTheirFirstArgument() throws ModelFormatException {
        Sequence list = new Sequence();
        PickleValue ints = names.global("torch.jit._pickle", "build_intlist");
        PickleValue tagged = names.global("torch.jit._pickle", "restore_type_tag");
        assertSame(list, names.call(ints, Tuple.of(List.of(list))));
        assertSame(list, names.call(tagged, Tuple.of(List.of(list, new Text("List[int]")))));
        assertThrows(ModelFormatException.class, () -> names.call(ints, Tuple.of(List.of(list, list))));
        assertThrows(ModelFormatException.class, () -> names.call(tagged, Tuple.of(List.of(list))));
    }

    @Test
    void callsNothingButFunctions() throws ModelFormatException {
        Tuple none = Tuple.of(List.of());
        Text text = new Text("torch.load");
        assertRefused("expected a name to call", () -> names.call(text, none));
        PickleValue storage = names.global("torch", "FloatStorage");
        assertRefused("expected a function to call", () -> names.call(storage, none));
        PickleValue module = names.global("__torch__", "Model");
        assertRefused("expected a function to call", () -> names.call(module, none));
        PickleValue parameter = names.global("torch._utils", "_rebuild_parameter");
        assertRefused(
                "expected a parameter's tensor", () -> names.call(parameter, Tuple.of(List.of(text, text, text))));
        PickleValue dict = names.global("collections", "OrderedDict");
        assertRefused("", () -> names.call(dict, Tuple.of(List.of(text))));
    }

    private static void assertRefused(String message, Executable call) {
        String found = assertThrows(ModelFormatException.class, call).getMessage();
        assertTrue(found.startsWith(message), found);
    }
}
