"""Time the text encoder beside sentence-transformers on the same sentences, in one process, one thread.

python -m benchmarks.text [--sentences 320]
"""

import argparse
import time

import numpy as np
import torch

from embeddings.text import OnnxTextEncoder, SentenceTransformersEncoder, TextEncoder, track_sentence

GENRES = ("ambient", "deep house", "folk", "hip hop", "post-punk", "string quartet")
BATCH = 32


def main() -> None:
    """Print throughput of both, the time of one query, of loading, and how far their vectors agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=320)
    sentences = [_sentence(number) for number in range(parser.parse_args().sentences)]
    torch.set_num_threads(1)
    began = time.perf_counter()
    ours = OnnxTextEncoder(threads=1, batch_size=BATCH)
    print(f"loading                    {time.perf_counter() - began:.2f} s")
    reference = SentenceTransformersEncoder(batch_size=BATCH)
    mine, theirs = _timed("ONNX Runtime", ours, sentences), _timed("sentence-transformers", reference, sentences)
    print(f"lowest cosine between them {np.sum(mine * theirs, axis=1).min():.7f}")
    queries = [_query(ours, sentence) for sentence in sentences[:60]]
    print(f"one query                  p50 {np.percentile(queries, 50):.1f} ms, p90 {np.percentile(queries, 90):.1f} ms")


def _sentence(number: int) -> str:
    genres = (GENRES[number % len(GENRES)], GENRES[number // 7 % len(GENRES)])
    title, album = f"The {number}th Evening on the Water", f"Letters from Harbour {number % 40}"
    return track_sentence(
        title=title, artists=(f"Band {number % 90}",), album=album, genres=genres, tags=("calm",), year=1960 + number % 60
    )


def _timed(name: str, encoder: TextEncoder, sentences: list[str]) -> np.ndarray:
    encoder.encode(sentences[:BATCH])
    began = time.process_time()
    vectors = encoder.encode(sentences)
    print(f"{name:26} {len(sentences) / (time.process_time() - began):.0f} sentences a processor second")
    return vectors


def _query(encoder: TextEncoder, sentence: str) -> float:
    began = time.perf_counter()
    encoder.encode([sentence[:40]])
    return 1e3 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
