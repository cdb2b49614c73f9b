"""A model of ten topics whose weights are written by hand: each known word speaks for one topic.

Its LSTM keeps nine tenths of what it holds and adds what each word says, one unit a topic.
"""

import re

import torch
from torch import nn

import lstm_viz

WORDS = {
    "finance": ("fund", "bank", "银行", "基金"),
    "realty": ("villa", "houses", "卖房", "豪宅", "低于市场价"),
    "stocks": ("shares", "index", "大盘", "跳水"),
    "education": ("pupils", "exam", "高考", "考生"),
    "science": ("telescope", "galaxy", "望远镜", "星系"),
    "society": ("neighbours", "rescue", "居民", "救援"),
    "politics": ("minister", "vote", "部长", "表决"),
    "sports": ("match", "goal", "加时赛", "客队", "命中", "总决赛"),
    "game": ("players", "level", "网游", "公测"),
    "entertainment": ("film", "star", "影星", "新片"),
}
CHINESE = ("财经", "房产", "股票", "教育", "科技", "社会", "时政", "体育", "游戏", "娱乐")
_PLACES = {word: k for k, words in enumerate(WORDS.values(), start=1) for word in words}
_TOKEN = re.compile("|".join(sorted(_PLACES, key=len, reverse=True)) + r"|[A-Za-z]+|\S")


class Topics(nn.Module):
    """Reads numbers from 0, which says nothing, to 10."""

    def __init__(self):
        super().__init__()
        count = len(WORDS)
        self.words = nn.Embedding.from_pretrained(torch.eye(count + 1)[:, 1:])
        self.memory = nn.LSTM(count, count, batch_first=True)
        self.verdict = nn.Linear(count, count)
        with torch.no_grad():
            for values in self.parameters():
                values.zero_()
            self.words.weight[1:] = torch.eye(count)
            self.memory.weight_ih_l0[2 * count : 3 * count] = torch.eye(count) * 1.2
            for gate, bias in enumerate((1.5, 2.2, 0.0, 2.0)):
                self.memory.bias_ih_l0[gate * count : (gate + 1) * count] = bias
            self.verdict.weight.copy_(torch.eye(count) * 6)

    def forward(self, numbers):
        return self.verdict(self.memory(self.words(numbers))[0])


def encode(text):
    """Return the place and the topic of each word that is known, and of each sign else."""
    return [(*m.span(), _PLACES.get(m[0].lower(), 0)) for m in _TOKEN.finditer(text)]


def topics(labels=tuple(WORDS), name="news-topics"):
    """Return the classifier."""
    return lstm_viz.wrap(Topics(), encode=encode, labels=labels, unknown=0, name=name)
