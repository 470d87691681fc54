import torch
import torch.nn.functional as F
from torch import nn


class TransformerBlock(nn.Module):
    def __init__(self, heads, d, k, m, dropout=0.0):
        super().__init__()
        self.heads, self.k = heads, k
        for name in ("wq", "wk", "wv"):
            setattr(self, name, nn.Linear(d, heads * k, bias=False))
        self.wc = nn.Linear(heads * k, d, bias=False)
        self.w1 = nn.Linear(d, m)
        self.w2 = nn.Linear(m, d)
        self.layernorm1 = nn.LayerNorm(d)
        self.layernorm2 = nn.LayerNorm(d)
        for name in ("dropoutatt", "dropout1", "dropoutfc", "dropout2"):
            setattr(self, name, nn.Dropout(dropout))

    def forward(self, x, mask):
        T, B, d = x.shape
        shape = (T, B, self.heads, self.k)
        fused = torch.cat([self.wq.weight, self.wk.weight, self.wv.weight])
        q, k, v = (part.view(shape).permute(1, 2, 0, 3) for part in F.linear(x, fused).chunk(3, dim=-1))
        p = self.dropoutatt.p if self.training else 0.0
        att = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=p)
        att = att.permute(2, 0, 1, 3).reshape(T, B, -1)
        u = self.layernorm1(x + self.dropout1(self.wc(att)))
        return self.layernorm2(u + self.dropout2(self.w2(F.relu(self.dropoutfc(self.w1(u))))))
