"""The peer of `deepmacc quantize`: onnxruntime's own static quantisation of a float model.

python quantize.py FLOAT.onnx INPUTS.npy INT8.onnx: QDQ, uint8 activations, int8 weights per channel, calibrated
(min-max, its default) with the images of INPUTS.npy, one batch of eight after the other.
"""

import sys

import numpy
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static


class Batches(CalibrationDataReader):
    def __init__(self, name: str, images: numpy.ndarray):
        self.feeds = iter([{name: images[i : i + 8]} for i in range(0, len(images), 8)])

    def get_next(self) -> dict[str, numpy.ndarray] | None:
        return next(self.feeds, None)


path, inputs, output = sys.argv[1:]
name = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).get_inputs()[0].name
quantize_static(
    path,
    output,
    Batches(name, numpy.load(inputs)),
    quant_format=QuantFormat.QDQ,
    per_channel=True,
    reduce_range=False,
    activation_type=QuantType.QUInt8,
    weight_type=QuantType.QInt8,
)
