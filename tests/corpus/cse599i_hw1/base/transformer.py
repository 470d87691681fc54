import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class TransformerBlock(nn.Module):
    def __init__(self, heads, d, k, m, dropout=0.0):
        super().__init__()
        self.heads = heads
        self.k = k
        self.wq = nn.Linear(d, heads * k, bias=False)
        self.wk = nn.Linear(d, heads * k, bias=False)
        self.wv = nn.Linear(d, heads * k, bias=False)
        self.wc = nn.Linear(heads * k, d, bias=False)
        self.w1 = nn.Linear(d, m)
        self.w2 = nn.Linear(m, d)
        self.layernorm1 = nn.LayerNorm(d)
        self.layernorm2 = nn.LayerNorm(d)
        self.dropoutatt = nn.Dropout(dropout)
        self.dropout1 = nn.Dropout(dropout)
        self.dropoutfc = nn.Dropout(dropout)
        self.dropout2 = nn.Dropout(dropout)

    def forward(self, x, mask):
        T, B, d = x.shape
        q, k, v = self.wq(x), self.wk(x), self.wv(x)
        heads = []
        for h in range(self.heads):
            cols = slice(h * self.k, (h + 1) * self.k)
            scores = torch.einsum("tbk,sbk->bts", q[:, :, cols], k[:, :, cols]) / math.sqrt(self.k)
            scores = scores + mask
            att = torch.softmax(scores, dim=2)
            att = self.dropoutatt(att)
            heads.append(torch.einsum("bts,sbk->tbk", att, v[:, :, cols]))
        a = self.wc(torch.cat(heads, dim=2))
        u = self.layernorm1(x + self.dropout1(a))
        hidden = self.dropoutfc(F.relu(self.w1(u)))
        return self.layernorm2(u + self.dropout2(self.w2(hidden)))
