# The image of the functions that train and that fit the audio space. Build it with the repository as context: docker build -f infra/images/train.Dockerfile .
# Another base needs Python 3.12 and, as its entry point, `python -m awslambdaric`.
ARG BASE=public.ecr.aws/lambda/python:3.12
FROM ${BASE}
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/training.txt
COPY embeddings/ embeddings/
COPY recommender/ recommender/
COPY events/ events/
COPY infra/ infra/
COPY functions/ functions/
# Compiled modules are brought, as the folder is read-only later.
RUN python -m compileall -q embeddings recommender events infra functions && chmod -R a+rX .
# The only folder that a function may write to.
ENV SEGUE_HOME=/tmp/segue
USER 65534
CMD ["functions.train_collaborative.handler"]
