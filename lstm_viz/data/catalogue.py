"""The data sets that can be fetched: addresses, terms, and what must come out.

The SHA-256 of an archive is the one that independent public projects check: many of them for
aclImdb_v1.tar.gz, two for each archive of the treebank. For the other files none is known; their
rows are checked, as all rows are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lstm_viz.data import hotel, imdb, news, rt_polarity, sst
from lstm_viz.data.download import Origin
from lstm_viz.data.tables import Expected, Table


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data set.

    Attributes:
        name: on the command line.
        title: its full name and what it holds.
        terms: what its publishers allow and ask for.
        cite: the paper to cite.
        origins: the files that it is made from.
        convert: makes tables from these files, given by name.
        expected: what must come out, by table; each table becomes a Parquet file of this name.
    """

    name: str
    title: str
    terms: str
    cite: str
    origins: tuple[Origin, ...]
    convert: Callable[[Mapping[str, Path]], dict[str, Table]]
    expected: Mapping[str, Expected]


_TREES = Origin(
    "https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip",
    2_000_000,
    "5c613a4f673fc74097d523a2c83f38e0cc462984d847b82c7aaf36b01cbbbfcc",
)
_NEWS = (
    "https://raw.githubusercontent.com/649453932/Chinese-Text-Classification-Pytorch/master"
    "/THUCNews/data"
)

_ALL = (
    Dataset(
        name="imdb",
        title="Large Movie Review Dataset v1.0 (aclImdb), 84 MB",
        terms="No licence is named; its authors ask for the citation. The reviews remain their "
        "writers' and IMDb's.",
        cite="Maas, Daly, Pham, Huang, Ng, Potts (2011). Learning Word Vectors for Sentiment "
        "Analysis. ACL-HLT, pp. 142-150.",
        origins=(
            Origin(
                "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
                100_000_000,
                "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
            ),
        ),
        convert=imdb.convert,
        expected={
            "imdb": Expected(
                50_000, "c2b09fb8e78c68a6432f985144d984734e6a3c84799674894c4f8eb8ff097200"
            ),
            "imdb_unsup": Expected(
                50_000, "7bde23b35e3e750ea9fb180d1ee98305a076f16bfbe26ca927e7fb91a0cff9c3"
            ),
        },
    ),
    Dataset(
        name="sst",
        title="Stanford Sentiment Treebank, 7 MB",
        terms="No licence is named; its authors ask for the citation. The sentences are from "
        "Rotten Tomatoes.",
        cite="Socher, Perelygin, Wu, Chuang, Manning, Ng, Potts (2013). Recursive Deep Models for "
        "Semantic Compositionality Over a Sentiment Treebank. EMNLP, pp. 1631-1642.",
        origins=(
            _TREES,
            Origin(
                "https://nlp.stanford.edu/~socherr/stanfordSentimentTreebank.zip",
                20_000_000,
                "3f5209483b46bbf129cacbbbe6ae02fe780407034f61cf6342b7833257c3f1db",
            ),
        ),
        convert=sst.convert,
        expected={
            # The text of a sentence is found in the snippets by a rule that finds nearly all, so
            # its tokens are checked instead.
            "sst": Expected(
                11_855,
                "de084941dd15616af2017e11fd08aec07adf367951b85ffac8859513eac40e1e",
                unchecked=("text", "text_source"),
            ),
            "sst_phrases": Expected(
                230_709, "8b07dbbba915d5d11eac45b3f2c8c9cdbcbc70cae7b3f993804a09680708e1ca"
            ),
        },
    ),
    Dataset(
        name="rt-polarity",
        title="Sentence polarity dataset v1.0 (rt-polaritydata), with the treebank, 1 MB",
        terms="No licence is named; its authors ask for the citation. The snippets are from "
        "Rotten Tomatoes.",
        cite="Pang, Lee (2005). Seeing stars: Exploiting class relationships for sentiment "
        "categorization with respect to rating scales. ACL, pp. 115-124.",
        origins=(
            Origin(
                "https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz",
                2_000_000,
            ),
            _TREES,
        ),
        convert=rt_polarity.convert,
        expected={
            "rt_polarity": Expected(
                10_662, "626a1da4499aaf11f2e8757aec13008d28db2a03c766b217b5c7521d95c30efd"
            ),
        },
    ),
    Dataset(
        name="hotel",
        title="ChnSentiCorp-Htl, Chinese hotel reviews, as in ChineseNlpCorpus, 3 MB",
        terms="Published for research; no licence is named. The reviews are from Ctrip.",
        cite="Tan, Zhang (2008). An empirical study of sentiment analysis for Chinese documents. "
        "Expert Systems with Applications 34(4), pp. 2622-2629.",
        origins=(
            Origin(
                "https://raw.githubusercontent.com/SophonPlus/ChineseNlpCorpus/master"
                "/datasets/ChnSentiCorp_htl_all/ChnSentiCorp_htl_all.csv",
                10_000_000,
            ),
        ),
        convert=hotel.convert,
        expected={
            "chnsenticorp_htl": Expected(
                7_765, "33897b5750545180f0921ea2f3efe87c0825bcf438f85d456962d98158aa5ebe"
            ),
        },
    ),
    Dataset(
        name="news",
        title="Chinese headlines in ten topics, drawn from THUCNews, 11 MB",
        terms="For research; commercial use by arrangement with Tsinghua University. The headlines "
        "are Sina's.",
        cite="Sun, Li, Guo, Zhao, Zheng, Si, Liu (2016). THUCTC: An Efficient Chinese Text "
        "Classifier.",
        origins=tuple(
            Origin(f"{_NEWS}/{split}.txt", 20_000_000) for split in ("train", "dev", "test")
        ),
        convert=news.convert,
        expected={
            "thucnews_titles": Expected(
                65_000, "c1ebf70ea8f5042d7d392e50f2a9ae4df16df882eccce524e54d3659ba6874e0"
            ),
        },
    ),
)
DATASETS: Mapping[str, Dataset] = {dataset.name: dataset for dataset in _ALL}
