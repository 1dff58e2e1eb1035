"""Makes int8 graphs for `vectorbench compare --dtype int8`: what people run who want speed on a CPU.

    python3 quantize_onnx.py DIR OUT      DIR/vision.onnx and DIR/text.onnx to OUT

Dynamic quantisation by ONNX Runtime: int8 weights with a scale per output, activations of eight bits whose range is
found at each step. The convolution of the patches stays float: ONNX Runtime 1.23 has none in integers with int8 weights.
Needs the packages onnx and onnxruntime.
"""
import os
import sys

from onnxruntime.quantization import QuantType, quantize_dynamic


def main(source, target):
    os.makedirs(target, exist_ok=True)
    for name in ("vision.onnx", "text.onnx"):
        quantize_dynamic(
            os.path.join(source, name),
            os.path.join(target, name),
            op_types_to_quantize=["MatMul", "Gemm"],
            weight_type=QuantType.QInt8,
            per_channel=True,
        )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
