"""A language model of transformer blocks, part 8 of cse599i-hw1: you write the forward pass of one block.

A batch of texts is a tensor (T, B): T places, B texts. Everything else here is given; keep the names of the modules,
because weights are exchanged by them. Any float type may come in, and the result has the type of x.
"""

import math

import torch
from torch import Tensor, nn


class TransformerBlock(nn.Module):
    """Attention with several heads, then two layers for each place, each with a residual and a LayerNorm after it.

    heads * k need not be d. Source: CSE 599i, homework 1, problem 8a.
    """

    def __init__(self, heads: int, d: int, k: int, m: int, dropout: float = 0.0) -> None:
        """The modules of a block of width d: `heads` heads of width k, and m hidden units."""
        super().__init__()
        self.heads, self.k = heads, k
        self.wq, self.wk, self.wv = (nn.Linear(d, heads * k, bias=False) for _ in range(3))
        self.wc = nn.Linear(heads * k, d, bias=False)
        self.w1, self.w2 = nn.Linear(d, m), nn.Linear(m, d)
        self.layernorm1, self.layernorm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.dropoutatt, self.dropout1 = nn.Dropout(dropout), nn.Dropout(dropout)
        self.dropoutfc, self.dropout2 = nn.Dropout(dropout), nn.Dropout(dropout)
        for linear in (self.wq, self.wk, self.wv, self.wc, self.w1, self.w2):
            nn.init.normal_(linear.weight, 0.0, 0.02)
        nn.init.zeros_(self.w1.bias)
        nn.init.zeros_(self.w2.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """The block's output (T, B, d) for x (T, B, d) and mask (T, T), which is added to the scores.

        mask[t, s] belongs to query t and key s: 0 lets t see s, -inf hides it, and any other number is added as it is.
        With Q = wq(x), K = wk(x), V = wv(x), of which head h has the columns h k .. (h + 1) k - 1, and for each text:

            A = dropoutatt(softmax(Q_h K_h' / sqrt(k) + mask)), the softmax over the keys
            u = layernorm1(x + dropout1(wc(the A V_h of all heads side by side)))
            y = layernorm2(u + dropout2(w2(dropoutfc(relu(w1(u))))))

        Source: CSE 599i, homework 1, problem 8a.
        """
        # BEGIN SOLUTION
        T, B, _ = x.shape
        # (B, heads, T, k) each
        q, k, v = (w(x).view(T, B, self.heads, self.k).permute(1, 2, 0, 3) for w in (self.wq, self.wk, self.wv))
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.k) + mask  # (B, heads, T, T)
        seen = self.dropoutatt(torch.softmax(scores, -1)) @ v  # (B, heads, T, k)
        side_by_side = seen.permute(2, 0, 1, 3).reshape(T, B, self.heads * self.k)
        u = self.layernorm1(x + self.dropout1(self.wc(side_by_side)))
        return self.layernorm2(u + self.dropout2(self.w2(self.dropoutfc(torch.relu(self.w1(u))))))
        # END SOLUTION


class Transformer(nn.Module):
    """Log-probabilities of the next token at every place, from the tokens up to it."""

    def __init__(
        self,
        seq_len: int,
        tokens: int,
        d: int,
        k: int,
        m: int,
        heads: int,
        layers: int,
        tied_weights: bool = True,
        dropout: float = 0.0,
        dropoutio: float = 0.0,
    ) -> None:
        """`layers` blocks over texts of at most seq_len places and `tokens` different tokens."""
        super().__init__()
        self.embeddings = nn.Embedding(tokens, d)
        self.pos_embeddings = nn.Embedding(seq_len, d)
        self.blocks = nn.ModuleList(TransformerBlock(heads, d, k, m, dropout) for _ in range(layers))
        self.dropi, self.dropo = nn.Dropout(dropoutio), nn.Dropout(dropoutio)
        self.decoder = None if tied_weights else nn.Linear(d, tokens, bias=False)
        self.bias = nn.Parameter(torch.zeros(tokens))
        for embedding in (self.embeddings, self.pos_embeddings):
            nn.init.normal_(embedding.weight, 0.0, 0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        """log p of every token at the place after each, (T, B, number of tokens), for tokens (T, B)."""
        T = len(tokens)
        hidden = torch.full((T, T), -math.inf, device=tokens.device, dtype=self.bias.dtype)
        mask = torch.triu(hidden, diagonal=1)
        places = self.pos_embeddings.weight[:T, None, :]  # (T, 1, d)
        words = math.sqrt(self.embeddings.embedding_dim) * self.embeddings(tokens)
        z = torch.relu(self.dropi(words) + self.dropi(places))
        for block in self.blocks:
            z = block(z, mask)
        z = self.dropo(z)
        logits = z @ self.embeddings.weight.T if self.decoder is None else self.decoder(z)
        return torch.log_softmax(logits + self.bias, dim=-1)
