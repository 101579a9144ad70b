"""A small FLUX in PyTorch, float32 on the processor, from the prompt to the picture: computes the whole
runs that `cases/cases.json` of a model folder lists, into `cases/`. The engine is held against them by
`makeanything parity`. Needs torch, safetensors and tokenizers. A run's `from` names the pictures of its
known cells: the file of an earlier run, and the cell there.
Usage: python whole_runs.py MODEL_DIR"""

import json
import math
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

root = sys.argv[1]
model = json.load(open(f"{root}/model.json"))


def load(name):
    return {key: value.float() for key, value in load_file(f"{root}/{name}").items()}


def linear(w, key, x):
    return F.linear(x, w[key + ".weight"], w.get(key + ".bias"))


# Text


def ids_of(folder, prompt, length, pad):
    tokenizer = Tokenizer.from_file(f"{root}/{folder}/tokenizer.json")
    filling = tokenizer.token_to_id(pad)
    return (tokenizer.encode(prompt).ids + [filling] * length)[:length], filling


def t5(w, ids, size):
    length, heads, width = len(ids), size["numHeads"], size["dKv"]

    def norm(x, key):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * w[key]

    distance = torch.arange(length)[None] - torch.arange(length)[:, None]
    far = distance.abs()
    scaled = 8 + (torch.log(far.clamp(min=1) / 8) / math.log(16) * 8).long()
    bucket = (distance > 0).long() * 16 + torch.where(far < 8, far, scaled.clamp(max=15))
    bias = w["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"][bucket].permute(2, 0, 1)
    x = w["shared.weight"][ids][None]
    for i in range(size["numLayers"]):
        at = f"encoder.block.{i}.layer."
        h = norm(x, at + "0.layer_norm.weight")
        q, k, v = (
            F.linear(h, w[f"{at}0.SelfAttention.{part}.weight"]).unflatten(-1, (heads, width)).transpose(1, 2)
            for part in "qkv"
        )
        mixed = (q @ k.transpose(-1, -2) + bias).softmax(-1) @ v
        x = x + F.linear(mixed.transpose(1, 2).flatten(2), w[at + "0.SelfAttention.o.weight"])
        h = norm(x, at + "1.layer_norm.weight")
        gate = F.gelu(F.linear(h, w[at + "1.DenseReluDense.wi_0.weight"]), approximate="tanh")
        h = gate * F.linear(h, w[at + "1.DenseReluDense.wi_1.weight"])
        x = x + F.linear(h, w[at + "1.DenseReluDense.wo.weight"])
    return norm(x, "encoder.final_layer_norm.weight")


def clip(w, ids, end, size):
    length, heads, width = len(ids), size["numHeads"], size["hiddenSize"]

    def norm(x, key):
        return F.layer_norm(x, (width,), w[key + ".weight"], w[key + ".bias"], 1e-5)

    at = "text_model.embeddings."
    x = (w[at + "token_embedding.weight"][ids] + w[at + "position_embedding.weight"][:length])[None]
    for i in range(size["numLayers"]):
        at = f"text_model.encoder.layers.{i}."
        h = norm(x, at + "layer_norm1")
        q, k, v = (
            linear(w, f"{at}self_attn.{part}_proj", h).unflatten(-1, (heads, -1)).transpose(1, 2)
            for part in "qkv"
        )
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + linear(w, at + "self_attn.out_proj", mixed.transpose(1, 2).flatten(2))
        h = linear(w, at + "mlp.fc1", norm(x, at + "layer_norm2"))
        x = x + linear(w, at + "mlp.fc2", h * torch.sigmoid(1.702 * h))
    return norm(x, "text_model.final_layer_norm")[:, ids.index(end)]


# Autoencoder

ae = model["autoencoder"]


def group_norm(w, key, x):
    return F.group_norm(x, ae.get("normGroups", 32), w[key + ".weight"], w[key + ".bias"], 1e-6)


def conv(w, key, x, stride=1, padding=1):
    return F.conv2d(x, w[key + ".weight"], w[key + ".bias"], stride, padding)


def residual(w, key, x):
    h = conv(w, key + ".conv1", F.silu(group_norm(w, key + ".norm1", x)))
    h = conv(w, key + ".conv2", F.silu(group_norm(w, key + ".norm2", h)))
    return h + (conv(w, key + ".nin_shortcut", x, padding=0) if key + ".nin_shortcut.weight" in w else x)


def middle(w, key, x):
    x = residual(w, key + ".block_1", x)
    h = group_norm(w, key + ".attn_1.norm", x)
    q, k, v = (conv(w, f"{key}.attn_1.{part}", h, padding=0).flatten(2).transpose(1, 2)[:, None] for part in "qkv")
    mixed = F.scaled_dot_product_attention(q, k, v)[:, 0].transpose(1, 2).unflatten(2, x.shape[2:])
    return residual(w, key + ".block_2", x + conv(w, key + ".attn_1.proj_out", mixed, padding=0))


def encode(w, x):
    x = conv(w, "encoder.conv_in", x)
    levels = len(ae["chMult"])
    for i in range(levels):
        for j in range(ae["numResBlocks"]):
            x = residual(w, f"encoder.down.{i}.block.{j}", x)
        if i < levels - 1:
            x = conv(w, f"encoder.down.{i}.downsample.conv", F.pad(x, (0, 1, 0, 1)), 2, 0)
    x = F.silu(group_norm(w, "encoder.norm_out", middle(w, "encoder.mid", x)))
    mean = conv(w, "encoder.conv_out", x).chunk(2, 1)[0]
    return ae["scaleFactor"] * (mean - ae["shiftFactor"])


def decode(w, z):
    x = middle(w, "decoder.mid", conv(w, "decoder.conv_in", z / ae["scaleFactor"] + ae["shiftFactor"]))
    for i in reversed(range(len(ae["chMult"]))):
        for j in range(ae["numResBlocks"] + 1):
            x = residual(w, f"decoder.up.{i}.block.{j}", x)
        if i > 0:
            x = conv(w, f"decoder.up.{i}.upsample.conv", F.interpolate(x, scale_factor=2))
    return conv(w, "decoder.conv_out", F.silu(group_norm(w, "decoder.norm_out", x)))


# Transformer

flux = model["transformer"]


def timestep(t):
    angles = 1000 * t * torch.exp(-math.log(10000) * torch.arange(128) / 128)
    return torch.cat([angles.cos(), angles.sin()])[None]


def rotation(ids):
    angles = torch.cat(
        [
            ids[:, i, None].double() / flux["theta"] ** (torch.arange(0, width, 2, dtype=torch.float64) / width)
            for i, width in enumerate(flux["axesDim"])
        ],
        -1,
    )
    return angles.cos().float(), angles.sin().float()


def rotate(x, cos, sin):
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


def normed(x, shift, scale):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


def query_key_value(w, key, qkv):
    q, k, v = (part.unflatten(-1, (flux["numHeads"], -1)).transpose(1, 2) for part in qkv.chunk(3, -1))

    def rms(x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * w[f"{key}.{name}_norm.scale"]

    return rms(q, "query"), rms(k, "key"), v


def attend(q, k, v, rope):
    mixed = F.scaled_dot_product_attention(rotate(q, *rope), rotate(k, *rope), v)
    return mixed.transpose(1, 2).flatten(2)


def velocity(w, img, txt, vec, t, rope):
    def two_layers(key, x):
        return linear(w, key + ".out_layer", F.silu(linear(w, key + ".in_layer", x)))

    state = F.silu(two_layers("time_in", timestep(t)) + two_layers("vector_in", vec))

    def modulation(key, count):
        return linear(w, key, state)[:, None].chunk(count, -1)

    streams = {"txt": linear(w, "txt_in", txt), "img": linear(w, "img_in", img)}
    split = txt.shape[1]
    for i in range(flux["depth"]):
        at = f"double_blocks.{i}."
        mods = {name: modulation(f"{at}{name}_mod.lin", 6) for name in streams}
        parts = [
            query_key_value(w, f"{at}{name}_attn.norm", linear(w, f"{at}{name}_attn.qkv", normed(x, *mods[name][:2])))
            for name, x in streams.items()
        ]
        mixed = attend(*(torch.cat(pair, 2) for pair in zip(*parts)), rope)
        for name, seen in (("txt", mixed[:, :split]), ("img", mixed[:, split:])):
            _, _, gate, shift, scale, mlp_gate = mods[name]
            x = streams[name] + gate * linear(w, f"{at}{name}_attn.proj", seen)
            h = F.gelu(linear(w, f"{at}{name}_mlp.0", normed(x, shift, scale)), approximate="tanh")
            streams[name] = x + mlp_gate * linear(w, f"{at}{name}_mlp.2", h)
    x = torch.cat([streams["txt"], streams["img"]], 1)
    width = flux["hiddenSize"]
    for i in range(flux["depthSingle"]):
        at = f"single_blocks.{i}."
        shift, scale, gate = modulation(at + "modulation.lin", 3)
        qkv, mlp = linear(w, at + "linear1", normed(x, shift, scale)).tensor_split([3 * width], -1)
        mixed = attend(*query_key_value(w, at + "norm", qkv), rope)
        x = x + gate * linear(w, at + "linear2", torch.cat([mixed, F.gelu(mlp, approximate="tanh")], -1))
    shift, scale = modulation("final_layer.adaLN_modulation.1", 2)
    return linear(w, "final_layer.linear", normed(x[:, split:], shift, scale))


def add_lora(w, lora, b):
    """Adds alpha / rank · B A to every matrix that it changes."""
    for key in [key for key in w if key.endswith(".weight")]:
        name = "lora_unet_" + key.removesuffix(".weight").replace(".", "_")
        down = lora.get(name + ".lora_down.weight")
        if down is None:
            continue
        up = lora.get(f"{name}.lora_ups.{b - 1}.weight", lora.get(name + ".lora_up.weight"))
        alpha = float(lora.get(name + ".alpha", 0)) or len(down)
        w[key] = w[key] + alpha / len(down) * (up @ down)


# Whole runs


def pack(z):
    return z.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)


def unpack(x, side):
    grid = x.unflatten(1, (side // 2, side // 2)).unflatten(3, (-1, 2, 2))
    return grid.permute(0, 3, 1, 4, 2, 5).flatten(4).flatten(2, 3)


def cell(picture, index, columns):
    """A view of a cell, counted row by row."""
    side = picture.shape[-1] // columns
    y, x = index // columns * side, index % columns * side
    return picture[..., y : y + side, x : x + side]


columns_of = {9: 3, 4: 2}
weights = {part: load(model[part]["file"]) for part in ("transformer", "autoencoder", "t5", "clip")}


@torch.inference_mode()
def run(case, pictures):
    t5_ids, _ = ids_of(model["t5"]["tokenizer"], case["prompt"], model["t5"]["maxLength"], "<pad>")
    clip_ids, end = ids_of(model["clip"]["tokenizer"], case["prompt"], model["clip"]["maxLength"], "<|endoftext|>")
    txt, vec = t5(weights["t5"], t5_ids, model["t5"]), clip(weights["clip"], clip_ids, end, model["clip"])
    w = dict(weights["transformer"])
    add_lora(w, load(model["adapters"]["asymmetric"]), case["b"])
    if "adapter" in case:
        add_lora(w, load(model["adapters"][case["adapter"]]), 1)
    frames, page = case["frames"], model["pagePx"]
    side = (page if isinstance(page, int) else page["nine" if frames == 9 else "four"]) // 8
    noise = torch.randn(1, 16, side, side, generator=torch.Generator().manual_seed(case["seed"]))

    known, mask, given = torch.zeros_like(noise), torch.zeros(1, 1, side, side), {}
    for name, index, picture in zip(["first", "last"] if len(pictures) > 1 else ["picture"], case.get("knownCells", []), pictures):
        given[f"in.{name}"] = picture
        cell(known, index, columns_of[frames])[:] = encode(weights["autoencoder"], picture)
        cell(mask, index, columns_of[frames])[:] = 1
    if given:
        given |= {"in.known": known, "in.known_mask": mask}
    keep = pack(mask.expand(known.shape)) > 0

    tokens = side * side // 4
    rows = torch.arange(tokens) // (side // 2)
    image_ids = torch.stack([torch.zeros(tokens), rows, torch.arange(tokens) % (side // 2)], 1)
    rope = rotation(torch.cat([torch.zeros(txt.shape[1], 3), image_ids]))
    shift = math.exp(0.5 + (tokens - 256) * 0.65 / 3840)
    times = [shift / (shift + 1 / t - 1) for t in (1 - k / case["steps"] for k in range(case["steps"]))] + [0]
    x = pack(noise)
    for now, then in zip(times, times[1:]):
        x = torch.where(keep, pack(known), x)
        x = x + (then - now) * velocity(w, x, txt, vec, now, rope)
    latents = unpack(torch.where(keep, pack(known), x), side)
    return given | {
        "in.t5_ids": torch.tensor(t5_ids),
        "in.clip_ids": torch.tensor(clip_ids),
        "in.txt": txt,
        "in.vec": vec,
        "in.noise": noise,
        "out.latents": latents,
        "out.image": decode(weights["autoencoder"], latents),
    }


def picture_of(file, index):
    """A cell of an earlier run's picture, in the 256 levels of a PNG."""
    page = load_file(f"{root}/cases/{file}")["out.image"]
    shown = cell(page, index, columns_of[frames_of[file]])
    return ((shown.clamp(-1, 1) + 1) * 127.5).round() / 127.5 - 1


cases = json.load(open(f"{root}/cases/cases.json"))
frames_of = {case["file"]: case["frames"] for case in cases}
for case in cases:
    tensors = run(case, [picture_of(*place).contiguous() for place in case.get("from", [])])
    save_file({key: value.contiguous() for key, value in tensors.items()}, f"{root}/cases/{case['file']}")
    print(case["file"])
