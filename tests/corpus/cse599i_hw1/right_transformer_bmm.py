import torch
from torch import nn


class TransformerBlock(nn.Module):
    def __init__(self, heads, d, k, m, dropout=0.0):
        super().__init__()
        self.heads, self.k = heads, k
        self.wq, self.wk, self.wv = [nn.Linear(d, heads * k, bias=False) for _ in range(3)]
        self.wc = nn.Linear(heads * k, d, bias=False)
        self.w1, self.w2 = nn.Linear(d, m), nn.Linear(m, d)
        self.layernorm1, self.layernorm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.dropoutatt, self.dropout1 = nn.Dropout(dropout), nn.Dropout(dropout)
        self.dropoutfc, self.dropout2 = nn.Dropout(dropout), nn.Dropout(dropout)

    def forward(self, x, mask):
        T, B, d = x.shape
        # one batch of B * heads sequences
        q = self.wq(x).contiguous().view(T, B * self.heads, self.k).transpose(0, 1)
        k = self.wk(x).contiguous().view(T, B * self.heads, self.k).transpose(0, 1)
        v = self.wv(x).contiguous().view(T, B * self.heads, self.k).transpose(0, 1)
        scores = torch.baddbmm(mask.expand(B * self.heads, T, T), q, k.transpose(1, 2), alpha=self.k**-0.5)
        att = torch.nn.functional.dropout(scores.softmax(-1), self.dropoutatt.p, self.training)
        out = torch.bmm(att, v).transpose(0, 1).reshape(T, B, self.heads * self.k)
        x = self.layernorm1(x + self.dropout1(self.wc(out)))
        x = self.layernorm2(x + self.dropout2(self.w2(self.dropoutfc(self.w1(x).clamp(min=0)))))
        return x
