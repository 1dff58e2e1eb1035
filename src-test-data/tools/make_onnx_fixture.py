"""Makes src-test-data/onnx/channel_means.onnx: pixel_values [B, 3, H, W] to image_embeds [B, 3], the mean of each colour.

    python3 src-test-data/tools/make_onnx_fixture.py      needs onnx
"""
import os
from onnx import TensorProto, checker, helper

pixels = helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["batch", 3, "height", "width"])
means = helper.make_tensor_value_info("image_embeds", TensorProto.FLOAT, ["batch", 3])
node = helper.make_node("ReduceMean", ["pixel_values"], ["image_embeds"], axes=[2, 3], keepdims=0)
model = helper.make_model(helper.make_graph([node], "channel_means", [pixels], [means]),
                          opset_imports=[helper.make_opsetid("", 14)], producer_name="clip-java", ir_version=8)
checker.check_model(model)
path = os.path.join(os.path.dirname(__file__), "../onnx/channel_means.onnx")
open(path, "wb").write(model.SerializeToString())
