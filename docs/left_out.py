"""What Keras has and fastdense leaves out on purpose: reason -> module or class -> patterns."""

_IMAGES = "Images: convolutions and what goes with them are another library's work"
_SEQUENCES = "Sequences and text: recurrent layers, attention and lookups are not dense networks"
_GRAPHS = "Models of several inputs or branches: there are only stacks of layers"
_BACKENDS = "Bridges to TensorFlow, JAX and PyTorch, which fastdense runs without"
_QUANTIZED = "float32 and float64 are what is computed in: no mixed, no quantized precision"
_AUTODIFF = "There is no automatic differentiation and no tracing, so no step to override"
_LEGACY = "Kept by Keras for programs of its second version"
_MACHINERY = "Machinery of Keras's graphs and backends, which programs do not call"
_DATA = "Only MNIST is found without the network; `utils.get_file` downloads any other"

MODULES = {
    _IMAGES: {
        "": "applications preprocessing",
        "layers": "*Conv* *Pool* *Cropping?D *Padding?D UpSampling* Random[!N]* CenterCrop "
                  "Resizing AugMix AutoContrast CutMix MixUp Equalization RandAugment "
                  "Solarization ContrastLimited* MaxNumBoundingBoxes SpatialDropout*",
        "losses": "Dice Tversky Circle dice tversky circle",
        "utils": "*img* bounding_boxes image_dataset*",
    },
    _SEQUENCES: {
        "config": "*flash_attention*",
        "initializers": "*STFT* stft",
        "layers": "*LSTM* *GRU* *RNN* Bidirectional TimeDistributed *Attention Embedding "
                  "ReversibleEmbedding EinsumDense Masking *Lookup Hashing HashedCrossing "
                  "TextVectorization CategoryEncoding Discretization *Spectrogram RepeatVector",
        "losses": "CTC ctc",
        "utils": "text_dataset* audio_dataset* timeseries_dataset* pad_sequences",
    },
    _GRAPHS: {
        "": "Function",
        "layers": "Add Average Concatenate Dot Maximum Minimum Multiply Subtract add average "
                  "concatenate dot maximum minimum multiply subtract Wrapper Pipeline",
        "utils": "get_source_inputs model_to_dot plot_model",
    },
    "A layer made of code cannot be compiled; put the code before the model, or write a layer":
        {"layers": "Lambda"},
    _BACKENDS: {
        "": "device distribution export wrappers name_scope",
        "callbacks": "OrbaxCheckpoint",
        "config": "is_nnx_enabled set_backend",
        "layers": "JaxLayer FlaxLayer TFSMLayer TorchModuleWrapper",
        "utils": "Config FeatureSpace split_dataset",
    },
    _QUANTIZED: {
        "": "FloatDTypePolicy Quantizer mixed_precision quantizers",
        "dtype_policies": "*[!e]DTypePolicy DTypePolicyMap",
        "optimizers": "LossScaleOptimizer",
    },
    _MACHINERY: {
        "": "InputSpec Operation RematScope StatelessScope SymbolicScope remat src tree "
            "visualization distillation",
        "layers": "InputSpec",
        "utils": "is_keras_tensor standardize_dtype",
    },
    _LEGACY: {"": "legacy", "optimizers": "legacy", "utils": "legacy"},
    "Loading a file never runs code, and there is no switch to let it":
        {"config": "enable_unsafe_deserialization"},
    _DATA: {"datasets": "*_housing cifar* fashion_mnist imdb reuters"},
    "NumPy's generators draw them; seed the library by `utils.set_random_seed`":
        {"random": "beta binomial categorical dropout gamma normal randint shuffle "
                   "truncated_normal uniform"},
    "Their update is not elementwise, or joins several optimizers":
        {"optimizers": "Adafactor Ftrl Lamb MultiOptimizer Muon OptimizerMap ScheduleFreeAdamW"},
    "Rarely used; a loss of your own, with its gradient, does it":
        {"losses": "CategoricalGeneralizedCrossEntropy categorical_generalized_cross_entropy"},
    "A callback of your own does it in a few lines":
        {"callbacks": "RemoteMonitor SwapEMAWeights"},
}

CLASSES = {
    _QUANTIZED: {
        "DTypePolicy": "convert_input",
        "Layer": "quant*",
        "Sequential": "quant* get_quantization*",
    },
    _AUTODIFF: {
        "KerasTensor": "reshape squeeze",
        "Layer": "add_loss add_metric compute_mask compute_output_spec rematerialized_call "
                 "stateless_call symbolic_call",
        "Sequential": "add_loss add_metric compute_loss compute_mask compute_metrics "
                      "compute_output_spec make_*_function *_step stateless_* "
                      "rematerialized_call symbolic_call",
        "metrics.Metric": "stateless_*",
        "optimizers.Optimizer": "stateless_apply",
    },
    _BACKENDS: {"Sequential": "export get_state_tree set_state_tree"},
    _LEGACY: {"Sequential": "compiled_loss"},
}
