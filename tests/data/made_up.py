"""Small archives in the form of the real ones, from made-up texts."""

from tests.data.conftest import tar, zipped

PAGE = "http://www.imdb.com/title/{}/usercomments\n"
TREES = {
    "train": "(3 (2 It) (4 works))\n(1 (1 Dull) (2 .))\n",
    "dev": "(3 (2 it) (4 Works))\n",
    "test": "(2 (2 -LRB-) (2 (2 1\\/2) (2 -RRB-)))\n",
}
SNIPPETS = "It works -- Dull.\n... It Works ...\n"


def imdb(**changes):
    """Two rated reviews of each part and three unrated; None leaves a file out."""
    files = {
        "README": "hello",
        "imdb.vocab": "the\n",
        "train/urls_neg.txt": PAGE.format("tt1") + PAGE.format("tt2"),
        "train/urls_pos.txt": PAGE.format("tt3") * 2,
        "train/urls_unsup.txt": PAGE.format("tt9") * 3,
        "test/urls_neg.txt": PAGE.format("tt4") * 2,
        "test/urls_pos.txt": PAGE.format("tt5") + PAGE.format("tt6"),
        "train/neg/1_4.txt": "bad<br />film",
        "train/neg/0_1.txt": "worst \u0085 ever",
        "train/pos/0_7.txt": "fine",
        "train/pos/1_10.txt": "superb",
        "train/unsup/0_0.txt": "fine",
        "train/unsup/2_0.txt": "seen twice",
        "train/unsup/1_0.txt": "new",
        "test/neg/0_2.txt": "fine",
        "test/neg/1_3.txt": "stale",
        "test/pos/0_8.txt": "seen twice",
        "test/pos/1_9.txt": "très bien",
    } | changes
    kept = {name: text for name, text in files.items() if text is not None}
    return tar(
        (f"aclImdb/{name}", text if isinstance(text, bytes) else text.encode())
        for name, text in kept.items()
    )


def trees(**changes):
    """Two sentences to train on, one that repeats the first, and one of brackets and a fraction."""
    return zipped([(f"trees/{split}.txt", text) for split, text in (TREES | changes).items()])


def treebank(splits="1,1\n2,1\n3,3\n4,2\n", snippets=SNIPPETS):
    """The numbers of these sentences, and the snippets that they were cut from."""
    folder = "stanfordSentimentTreebank"
    return zipped(
        [
            (f"__MACOSX/{folder}/._README.txt", b"\0"),
            (f"{folder}/datasetSplit.txt", f"sentence_index,splitset_label\n{splits}"),
            (f"{folder}/original_rt_snippets.txt", snippets),
        ]
    )
