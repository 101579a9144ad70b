"""FLUX.1-dev's blocks in PyTorch, float32 on the processor: what `npm run bench -- flux` is held against.
Prints the median time of a double and of a single block in ms, as JSON.
Arguments: image tokens, text tokens, threads, runs."""

import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

C, HEADS, MLP = 3072, 24, 4 * 3072


def norm(x, shift, scale):
    return F.layer_norm(x, (C,), eps=1e-6) * (1 + scale) + shift


def heads(x):
    return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)


def rotate(x, cos, sin):
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


def attend(q, k, v, rope):
    mixed = F.scaled_dot_product_attention(rotate(q, *rope), rotate(k, *rope), v)
    return mixed.transpose(1, 2).flatten(2)


class Stream(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.proj = nn.Linear(C, 3 * C), nn.Linear(C, C)
        self.mlp = nn.Sequential(nn.Linear(C, MLP), nn.GELU("tanh"), nn.Linear(MLP, C))
        self.norm_q, self.norm_k = nn.RMSNorm(C // HEADS, 1e-6), nn.RMSNorm(C // HEADS, 1e-6)

    def project(self, x, mod):
        q, k, v = map(heads, self.qkv(norm(x, mod[0], mod[1])).chunk(3, -1))
        return self.norm_q(q), self.norm_k(k), v

    def finish(self, x, seen, mod):
        x = x + mod[2] * self.proj(seen)
        return x + mod[5] * self.mlp(norm(x, mod[3], mod[4]))


class Double(nn.Module):
    def __init__(self):
        super().__init__()
        self.img, self.txt = Stream(), Stream()

    def forward(self, img, txt, mod, rope):
        pairs = zip(self.txt.project(txt, mod), self.img.project(img, mod))
        mixed = attend(*(torch.cat(pair, 2) for pair in pairs), rope)
        split = txt.shape[1]
        return self.img.finish(img, mixed[:, split:], mod), self.txt.finish(txt, mixed[:, :split], mod)


class Single(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(C, 3 * C + MLP), nn.Linear(C + MLP, C)
        self.norm_q, self.norm_k = nn.RMSNorm(C // HEADS, 1e-6), nn.RMSNorm(C // HEADS, 1e-6)

    def forward(self, img, txt, mod, rope):
        x = torch.cat([txt, img], 1)
        qkv, mlp = self.linear1(norm(x, mod[0], mod[1])).split([3 * C, MLP], -1)
        q, k, v = map(heads, qkv.chunk(3, -1))
        mixed = attend(self.norm_q(q), self.norm_k(k), v, rope)
        x = x + mod[2] * self.linear2(torch.cat([mixed, F.gelu(mlp, approximate="tanh")], -1))
        return x[:, txt.shape[1] :]


@torch.inference_mode()
def median_ms(block, img_tokens, txt_tokens, runs):
    img, txt = torch.randn(1, img_tokens, C), torch.randn(1, txt_tokens, C)
    angles = torch.rand(img_tokens + txt_tokens, C // HEADS // 2)
    args = img, txt, torch.randn(6, C) / 20, (angles.cos(), angles.sin())
    times = []
    for _ in range(1 + runs):
        start = time.perf_counter()
        block(*args)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[1:])


img_tokens, txt_tokens, threads, runs = map(int, sys.argv[1:])
torch.set_num_threads(threads)
print(
    json.dumps(
        {
            "double": median_ms(Double(), img_tokens, txt_tokens, runs),
            "single": median_ms(Single(), img_tokens, txt_tokens, runs),
        }
    )
)
