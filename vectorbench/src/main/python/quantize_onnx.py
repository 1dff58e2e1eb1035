"""Makes int8 graphs for `vectorbench compare --dtype int8`: what people run who want speed on a CPU.

    python3 quantize_onnx.py [--reduce-range] DIR OUT      DIR/vision.onnx and DIR/text.onnx to OUT

Dynamic quantisation by ONNX Runtime: int8 weights with a scale per output, activations of eight bits whose range is
found at each step. The convolution of the patches stays float: ONNX Runtime 1.23 has none in integers with int8 weights.
On x86-64 without VNNI, ONNX Runtime adds products of two bytes in 16 bits, where they saturate: there weights must have
7 bits (--reduce-range), or embeddings are wrong. Needs the packages onnx and onnxruntime.
"""
import argparse
import os

from onnxruntime.quantization import QuantType, quantize_dynamic


def main(source, target, reduce_range):
    os.makedirs(target, exist_ok=True)
    for name in ("vision.onnx", "text.onnx"):
        quantize_dynamic(
            os.path.join(source, name),
            os.path.join(target, name),
            op_types_to_quantize=["MatMul", "Gemm"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=reduce_range,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reduce-range", action="store_true", help="weights of 7 bits")
    parser.add_argument("source", metavar="DIR")
    parser.add_argument("target", metavar="OUT")
    given = parser.parse_args()
    main(given.source, given.target, given.reduce_range)
