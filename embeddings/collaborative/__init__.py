"""Collaborative factors: what people listen to, as vectors whose dot product says how well a track suits a user."""

from embeddings.collaborative.blend import train_blend
from embeddings.collaborative.cold import ColdMap, fit_cold
from embeddings.collaborative.content import Content, ranked
from embeddings.collaborative.described import Vocabulary, learn_vocabulary
from embeddings.collaborative.factors import Factors, to_slot
from embeddings.collaborative.folding import Blended, Folding, LeastSquares, WeightedSum
from embeddings.collaborative.ials import train_ials
from embeddings.collaborative.informed import inform
from embeddings.collaborative.recipe import Recipe, fit
from embeddings.collaborative.spectral import train_spectral

__all__ = [
    "Blended",
    "ColdMap",
    "Content",
    "Factors",
    "Folding",
    "LeastSquares",
    "Recipe",
    "Vocabulary",
    "WeightedSum",
    "fit",
    "fit_cold",
    "inform",
    "learn_vocabulary",
    "ranked",
    "to_slot",
    "train_blend",
    "train_ials",
    "train_spectral",
]
